"""Who takes the turns: threads here, each with a process of its own, or the workers of a Dask scheduler.

Both are a `concurrent.futures.Executor`: which machine does what is theirs to decide.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple

from migrator.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

SCHEMES = ("dask", "tcp", "tls")
_AHEAD = 4
"""Turns that wait at the engine, for each that is taken."""
_LEAST_AHEAD = 64


class Engine(NamedTuple):
    """An open executor: at most `ahead` turns are handed to it at a time."""

    executor: Executor
    ahead: int
    close: Callable[[], None]


def opener(named: str, jobs: int) -> Callable[[], Engine]:
    """What opens the engine, as often as it is lost; raises UsageError where none is called so."""
    if named in ("", "local"):
        return lambda: _local(jobs or os.cpu_count() or 1)
    scheme, _, address = named.partition("://")
    if scheme not in SCHEMES or not address:
        raise UsageError(f"--executor {named}: expected local or dask://HOST:PORT")
    try:
        import distributed  # noqa: F401
    except ImportError:
        raise UsageError(f"--executor {named}: needs pip install 'gpt55-migrate[fleet]'") from None
    return lambda: _dask(f"{'tcp' if scheme == 'dask' else scheme}://{address}")


def _local(jobs: int) -> Engine:
    from migrator.fleet import host

    host.resume()
    pool = ThreadPoolExecutor(jobs, thread_name_prefix="fleet")

    def close() -> None:
        host.stop()
        pool.shutdown(cancel_futures=True)

    return Engine(pool, 2 * jobs, close)


def _dask(address: str) -> Engine:
    """Raises OSError where the scheduler does not answer."""
    import logging

    from distributed import Client

    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    client: Any = Client(address, timeout="10s", set_as_default=False)
    executor = client.get_executor(pure=False)
    threads = sum(client.nthreads().values())

    def close() -> None:
        client.close(timeout=5)

    return Engine(executor, max(_AHEAD * threads, _LEAST_AHEAD), close)
