"""A process that takes turns, one after the other, until nobody asks any more.

`python -m migrator.fleet.child FOLDER BYTES`: tasks come in on standard input, outcomes go out on
standard output, each as its length and its bytes. Where the asking process is gone, this one ends at once.
"""

from __future__ import annotations

import contextlib
import os
import queue
import shutil
import struct
import sys
import threading
import time
from pathlib import Path
from typing import IO

import msgspec

from migrator.fleet.fleet_records import Outcome, Task, packed

SIZE = struct.Struct(">Q")


_TIGHT = 0.8
"""With so much of the memory taken, a file that could not be read may have met the end of it."""


def send(pipe: IO[bytes], data: bytes) -> None:
    """One message."""
    pipe.write(SIZE.pack(len(data)))
    pipe.write(data)
    pipe.flush()


def receive(pipe: IO[bytes]) -> bytes:
    """The next message; nothing where the other side has gone."""
    head = pipe.read(SIZE.size)
    data = pipe.read(*SIZE.unpack(head)) if len(head) == SIZE.size else b""
    return data if data and len(data) == SIZE.unpack(head)[0] else b""


def main(scratch: str, limit: int) -> None:
    """Take turns."""
    _bound(limit)
    asked, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for each in (0, 1):
        os.dup2(nothing, each)
    tasks: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(asked, tasks, scratch), daemon=True).start()
    while data := tasks.get():
        folder = Path(scratch) / "turn"
        folder.mkdir()
        outcome = _taken(msgspec.msgpack.decode(data, type=Task), folder)
        shutil.rmtree(folder, ignore_errors=True)
        send(answers, packed(outcome))


def _listen(asked: IO[bytes], tasks: queue.SimpleQueue[bytes], scratch: str) -> None:
    """Waits at a pipe of its own: `sys.stdin` would be locked for processes that a turn starts."""
    while data := receive(asked):
        tasks.put(data)
    shutil.rmtree(scratch, ignore_errors=True)
    os._exit(1)


def _bound(limit: int) -> None:
    """Let this process have no more memory, where the system can say so."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _taken(task: Task, folder: Path) -> Outcome:
    """The outcome of a turn, whatever happens in it."""
    start = time.monotonic()
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")
    outcome = _tried(task, folder)
    return msgspec.structs.replace(
        outcome, seconds=round(time.monotonic() - start, 3), memory=_peak(), locator=task.source.locator
    )


def _tried(task: Task, folder: Path) -> Outcome:
    from migrator.fleet import reasons

    try:
        from migrator.fleet.repository_turn import turn

        outcome = turn(task, folder)
        if not (outcome.report and outcome.report.unread and _peak() > task.terms.memory * _TIGHT):
            return outcome
    except MemoryError:
        pass
    except Exception as error:
        return reasons.failed(error)
    return reasons.out_of_memory(task.terms.memory)


def _peak() -> int:
    """The most memory that this process has had: in this turn, where the system can forget earlier ones."""
    with contextlib.suppress(ImportError):
        import resource

        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most if sys.platform == "darwin" else most * 1_024
    return 0


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
