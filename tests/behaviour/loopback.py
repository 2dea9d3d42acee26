"""Keeps programs on this machine: requests to any host go to the strict server under `/hosts/<host>`.

Programs name their endpoints as companies do (`https://openrouter.ai/api/v1`), so the HTTP libraries below
the SDKs are redirected where they would open a connection. Nothing leaves the loopback interface.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

LOCAL = "127.0.0.1"


@contextmanager
def redirected(port: int) -> Iterator[None]:
    """Redirect httpx, httpx2 (what the openai SDK uses), requests and aiohttp to the server on `port`."""
    undo = [*_transports(port), *_requests(port), *_aiohttp(port)]
    try:
        yield
    finally:
        for owner, name, old in undo:
            setattr(owner, name, old)


def local_url(url: str, port: int) -> str:
    """The same address on the server: unchanged if it is there already."""
    parts = urlsplit(url)
    if parts.hostname == LOCAL and parts.port == port:
        return url
    query = f"?{parts.query}" if parts.query else ""
    return f"http://{LOCAL}:{port}/hosts/{parts.hostname}{parts.path}{query}"


Undo = tuple[Any, str, Callable[..., Any]]


def _transports(port: int) -> Iterator[Undo]:
    for library in ("httpx", "httpx2"):
        module = _imported(library)
        if module is None:
            continue
        for owner, name in (
            (module.HTTPTransport, "handle_request"),
            (module.AsyncHTTPTransport, "handle_async_request"),
        ):
            old = getattr(owner, name)
            setattr(owner, name, _redirecting(old, port))
            yield owner, name, old


def _redirecting(old: Callable[..., Any], port: int) -> Callable[..., Any]:
    def handle(self: Any, request: Any) -> Any:
        request.url = type(request.url)(local_url(str(request.url), port))
        return old(self, request)

    return handle


def _requests(port: int) -> Iterator[Undo]:
    module = _imported("requests.adapters")
    if module is None:
        return
    old = module.HTTPAdapter.send

    def send(self: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        request.url = local_url(request.url, port)
        return old(self, request, *args, **kwargs)

    module.HTTPAdapter.send = send
    yield module.HTTPAdapter, "send", old


def _aiohttp(port: int) -> Iterator[Undo]:
    module = _imported("aiohttp")
    if module is None:
        return
    old = module.ClientSession._request

    def request(self: Any, method: str, url: Any, **kwargs: Any) -> Any:
        return old(self, method, local_url(str(url), port), **kwargs)

    module.ClientSession._request = request
    yield module.ClientSession, "_request", old


def _imported(name: str) -> Any:
    try:
        return sys.modules.get(name) or importlib.import_module(name)
    except ImportError:
        return None
