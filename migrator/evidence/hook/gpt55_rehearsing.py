"""A rehearsal in the program's processes: requests to models go to the stand-in, nothing else leaves.

Requests are led to the stand-in below where tests put their own answers in, so that those still win. What a
test framework finds is written beside the requests. Paths of the original are those of the copy.
"""

from __future__ import annotations

import errno
import json
import os
import socket
import sys
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from gpt55_recording import Recorder, is_own

LOCAL = ("127.0.0.1", "::1", "localhost", "0.0.0.0", "::", "")
FRAMES, NAMES = 12, 400
OUTCOMES = {
    "addSuccess": "passed",
    "addFailure": "failed",
    "addError": "failed",
    "addSkip": "skipped",
    "addExpectedFailure": "passed",
    "addUnexpectedSuccess": "failed",
    "addSubTest": "failed",
}


def prepared(settings: dict[str, Any], recorder: Recorder) -> dict[str, Any]:
    """Everything that does not wait for a library; and the hooks of those that do, by module."""
    desk = Desk(settings, recorder)
    _map_paths(settings["original"], settings["copy"])
    for name, value in settings["environment"].items():
        _restore(name, value)
    recorder.more = desk.more
    sys.addaudithook(Guard(desk))
    recorder.write({"process": os.getpid()})
    _watch_tests(desk)
    import atexit

    atexit.register(desk.tell_of_original)
    return {
        "httpcore": desk.hook_httpcore,
        "httpcore2": desk.hook_httpcore,
        "urllib3.connectionpool": desk.hook_urllib3,
        "aiohttp.client": desk.hook_aiohttp,
        "http.client": desk.hook_http_client,
        "unittest.result": desk.hook_unittest,
    }


def _restore(name: str, value: str | None) -> None:
    """What other programs are told in the environment is not for those that are hooked."""
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value


# -- the copy --------------------------------------------------------------------------------------


def _map_paths(original: str, copy: str) -> None:
    """What is installed as editable, or put on the path, is the copy."""

    def mapped(path: Any) -> Any:  # noqa: ANN401
        if not isinstance(path, str) or not _is_below(path, original) or _is_below(path, sys.prefix):
            return path
        return copy + path[len(original) :] if "site-packages" not in path else path

    if original == copy:
        return
    sys.path[:] = [mapped(path) for path in sys.path]
    for name, module in list(sys.modules.items()):
        found = getattr(module, "MAPPING", None)
        if name.startswith("__editable__") and isinstance(found, dict):
            found.update({key: mapped(path) for key, path in found.items()})
    sys.path_importer_cache.clear()


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


# -- requests --------------------------------------------------------------------------------------


class Desk:
    """What is known of the rehearsal in this process."""

    def __init__(self, settings: dict[str, Any], recorder: Recorder) -> None:
        self.settings, self.recorder = settings, recorder
        self.port: int = settings["port"]
        self.taken = frozenset(settings["taken"])
        self.told: set[tuple[str, str]] = set()

    def tell_of_original(self) -> None:
        """Code of the original that ran: the rehearsal was not one of the copy."""
        original, copy = self.settings["original"], self.settings["copy"]
        if original == copy:
            return
        for module in list(sys.modules.values()):
            file = getattr(module, "__file__", None)
            if not isinstance(file, str) or not is_own(file, original + os.sep):
                continue
            if not (_is_below(file, sys.prefix) or _is_below(file, copy)):
                self.recorder.write({"original": file[len(original) + 1 :]})
                return

    def place(self, host: str, port: int | None, target: str) -> str | None:
        """The path on the stand-in of a request that is for it."""
        path = target.partition("?")[0]
        end = next((end for end in self.settings["paths"] if path.endswith(end)), None)
        if host in LOCAL and (port == self.port or port not in self.taken):
            return None
        if end is None and not any(host.endswith(known) for known in self.settings["hosts"]):
            return None
        return f"/hosts/{host}{target}"

    def place_of(self, url: str) -> str | None:
        """The same for an address, as one on the stand-in."""
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        there = self.place(parts.hostname or "", port, target)
        return there and f"http://127.0.0.1:{self.port}{there}"

    def hook_httpcore(self, module: Any) -> None:  # noqa: ANN401
        def led(old: Any) -> Any:  # noqa: ANN401
            def handle(pool: Any, request: Any) -> Any:  # noqa: ANN401
                url = request.url
                port = url.port or (443 if url.scheme == b"https" else 80)
                there = self.place(url.host.decode(), port, url.target.decode())
                if there is not None:
                    request.url = module.URL(
                        scheme=b"http", host=b"127.0.0.1", port=self.port, target=there.encode()
                    )
                return old(pool, request)

            return handle

        one, other = module.ConnectionPool, module.AsyncConnectionPool
        one.handle_request = led(one.handle_request)
        other.handle_async_request = led(other.handle_async_request)

    def hook_urllib3(self, module: Any) -> None:  # noqa: ANN401
        pool_type = module.HTTPConnectionPool
        old = pool_type.urlopen

        def urlopen(pool: Any, method: str, url: str, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            there = self.place(pool.host, pool.port or (443 if pool.scheme == "https" else 80), url)
            if there is None or (pool.host, pool.port) == ("127.0.0.1", self.port):
                return old(pool, method, url, *args, **kwargs)
            kwargs["assert_same_host"] = False
            return old(pool_type("127.0.0.1", self.port), method, there, *args, **kwargs)

        pool_type.urlopen = urlopen

    def hook_aiohttp(self, module: Any) -> None:  # noqa: ANN401
        old = module.ClientSession._request

        def request(session: Any, method: str, url: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            whole = str(url)
            with suppress(Exception):
                whole = str(session._build_url(url))
            there = self.place_of(whole)
            if there is not None:
                kwargs.pop("ssl", None)
            return old(session, method, there or url, **kwargs)

        module.ClientSession._request = request

    def hook_http_client(self, module: Any) -> None:  # noqa: ANN401
        plain, secure = module.HTTPConnection, getattr(module, "HTTPSConnection", None)
        putrequest = plain.putrequest

        def put(connection: Any, method: str, url: str, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            there = None
            if connection.sock is None and connection.port != self.port:
                there = self.place(connection.host, connection.port, url)
            connection.gpt55_led = there is not None
            return putrequest(connection, method, there or url, *args, **kwargs)

        def led(old: Any) -> Any:  # noqa: ANN401
            def connect(connection: Any) -> None:  # noqa: ANN401
                if getattr(connection, "gpt55_led", False):
                    connection.sock = socket.create_connection(("127.0.0.1", self.port))
                else:
                    old(connection)

            return connect

        plain.putrequest = put
        for each in filter(None, (plain, secure)):
            each.connect = led(each.connect)

    # -- what is noted of a request ----------------------------------------------------------------

    def more(self, body: bytes) -> dict[str, Any]:
        """The body as it is sent, the test that runs, and where single values come from."""
        try:
            sent = json.loads(body)
        except ValueError:
            sent = None
        sent = sent if isinstance(sent, dict) else {}
        frames = list(self.frames())
        found = {
            "body": sent,
            "places": [place for place, _ in frames],
            "test": os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" (")[0],
        }
        with suppress(Exception):
            found["came"] = _origins(frames, sent)
        return found

    def frames(self) -> Any:  # noqa: ANN401
        """Places of the program on the way to a request, innermost first."""
        frame, count = sys._getframe(2), 0
        root = self.recorder.root
        while frame is not None and count < FRAMES:
            name = frame.f_code.co_filename
            if is_own(name, root):
                count += 1
                yield f"{name[len(root) :].replace(os.sep, '/')}:{frame.f_lineno}", frame.f_locals
            frame = frame.f_back  # type: ignore[assignment]

    def hook_unittest(self, module: Any) -> None:  # noqa: ANN401
        """Outcomes of unittest, and of what is built on it."""

        def noting(name: str, outcome: str) -> None:
            old = getattr(module.TestResult, name)

            def noted(result: Any, test: Any, *rest: Any, **kwargs: Any) -> Any:  # noqa: ANN401
                error = rest[-1] if rest and isinstance(rest[-1], tuple) else None
                if name != "addSubTest" or error is not None:
                    self.note_test(test.id(), outcome, error)
                return old(result, test, *rest, **kwargs)

            setattr(module.TestResult, name, noted)

        for name, outcome in OUTCOMES.items():
            noting(name, outcome)

    def note_test(self, name: str, outcome: str, error: Any) -> None:  # noqa: ANN401
        places, trace = [], error[2] if error else None
        while trace is not None:
            file = trace.tb_frame.f_code.co_filename
            if is_own(file, self.recorder.root):
                places.append(f"{file[len(self.recorder.root) :]}:{trace.tb_lineno}")
            trace = trace.tb_next
        message = f"{error[0].__name__}: {error[1]}"[:500] if error else ""
        self.recorder.write({"test": name, "outcome": outcome, "at": places[::-1], "message": message})


def _origins(frames: list[tuple[str, dict[str, Any]]], sent: dict[str, Any]) -> dict[str, list[str]]:
    """For the model and each plain parameter the names that hold its value, outermost first."""
    found: dict[str, list[str]] = {}
    for name, value in sent.items():
        if isinstance(value, (str, int, float)) and (name == "model" or not isinstance(value, str)):
            held = [f"{place} {holder}" for place, names in frames for holder in _holders(names, name, value)]
            found[name] = held[::-1][:8]
    model = sent.get("model")
    held = [f"environment {name}" for name, value in os.environ.items() if model and value == model]
    if held:
        found["model"] = [*held, *found.get("model", ())]
    return {name: places for name, places in found.items() if places}


def _holders(names: dict[str, Any], wanted: str, value: Any) -> Any:  # noqa: ANN401
    for name, held in list(names.items())[:NAMES]:
        if _same(held, value) and (wanted in (name, "model")):
            yield name
        inner = _inside(held)
        for key, deep in inner.items() if len(inner) <= NAMES else ():
            if isinstance(key, str) and _same(deep, value) and wanted in (key, "model"):
                yield f"{name}[{key!r}]" if inner is held else f"{name}.{key}"


def _inside(held: Any) -> dict[Any, Any]:  # noqa: ANN401
    """The entries of a dict, or the attributes of an object and its class; nothing of it is run."""
    if type(held) is dict:
        return held
    try:
        own = object.__getattribute__(held, "__dict__")
    except (AttributeError, TypeError):
        own = {}
    inherited = {} if type(held) in (type, type(sys)) else vars(type(held))
    return {**inherited, **own} if type(own) is dict else {}


def _same(one: Any, other: Any) -> bool:  # noqa: ANN401
    return type(one) is type(other) and one == other


# -- everything else -------------------------------------------------------------------------------


class Guard:
    """Stops what would reach another address, and tells of it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.allowed = set(desk.settings["allow"])
        self.inside = False

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        if event[:7] != "socket." or self.inside:
            return
        if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
            self.connecting(args[0], args[1])
        elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
            self.resolving(args[0])

    def connecting(self, sock: Any, address: Any) -> None:  # noqa: ANN401
        if isinstance(address, tuple) and address:
            host, port = str(address[0]), address[1]
            local = host in LOCAL or host.startswith("127.")
            if (local and port not in self.desk.taken) or self.is_allowed(host, port):
                return
            raise self.stopped(f"{host}:{port}")
        if isinstance(address, (str, bytes)):
            path = os.fsdecode(address)
            if path[:1] == "\0" or path in self.allowed or not os.path.exists(path):
                return
            if os.stat(path).st_ctime < self.desk.settings["began"]:
                raise self.stopped(path)

    def is_allowed(self, host: str, port: object = None) -> bool:
        return not self.allowed.isdisjoint((host, f"{host}:{port}")) or (
            host in LOCAL and not self.allowed.isdisjoint(("localhost", f"localhost:{port}"))
        )

    def resolving(self, host: Any) -> None:  # noqa: ANN401
        name = os.fsdecode(host) if isinstance(host, (str, bytes)) else ""
        if name in LOCAL or name.replace(".", "").isdigit() or ":" in name or name == socket.gethostname():
            return
        if not any(each == name or each.startswith(name + ":") for each in self.allowed):
            self.stopped(name)
            raise socket.gaierror(socket.EAI_NONAME, f"{name}: not reached in a rehearsal (--allow-host)")
        self.inside = True
        try:
            ports = [each[len(name) :] for each in self.allowed if each.partition(":")[0] == name]
            for found in socket.getaddrinfo(name, None):
                self.allowed.update(f"{found[4][0]}{port}" for port in ports)
        finally:
            self.inside = False

    def stopped(self, address: str) -> OSError:
        place = next((place for place, _ in self.desk.frames()), "")
        if (address, place) not in self.desk.told:
            self.desk.told.add((address, place))
            self.desk.recorder.write({"stopped": address, "site": place})
        return ConnectionRefusedError(
            errno.ECONNREFUSED, f"{address}: not reached in a rehearsal (--allow-host)"
        )


# -- tests -----------------------------------------------------------------------------------------


def _watch_tests(desk: Desk) -> None:
    """pytest loads `gpt55_tests` as a plugin; its other processes report to the first."""
    import gpt55_tests

    gpt55_tests.desk = desk
