"""What an address says: its host, its path, and whose endpoint it is."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from migrator.read.nodes import Node
    from migrator.rulebook.vendor_rules import Vendors


def vendor_at(vendors: Vendors, url: str) -> str:
    """The vendor of a URL's host, by the rules; the API's publisher where that is none, as in `"default"`."""
    host = host_of(url)
    is_word = not set(url) & set("/.:")
    for rule in vendors.host:
        if host == rule.suffix or host.endswith("." + rule.suffix) or not rule.suffix:
            return rule.vendor if host and (rule.suffix or not is_word) else "openai"
    return "openai"


def path_of(url: str) -> str:
    """The path of a URL; all of it where it is none."""
    try:
        return urlsplit(url).path
    except ValueError:
        return url


def ending(node: Node) -> str | None:
    """The path that an address ends with which is put together, whatever stands before it."""
    last: Node | None = node
    while last is not None and last.kind in ("JoinedStr", "BinOp"):
        last = next(reversed(list(last.children())), None)
    text = last.value if last is not None and last.kind == "Constant" else None
    return text if isinstance(text, str) and len(text) > 1 and text.startswith("/") else None


def host_of(url: str) -> str:
    """A URL's host; all of it where it is none that anybody could call."""
    try:
        return urlsplit(url if "//" in url else "//" + url).hostname or ""
    except ValueError:
        return url
