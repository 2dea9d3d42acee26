"""How an id stands in its literal: alone, behind a provider's prefix, in a pattern, a list or a text."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from migrator.read.scopes import last_name

if TYPE_CHECKING:
    from migrator.read.nodes import Node
    from migrator.rulebook.vendor_rules import Vendors

Form = Literal["id", "pattern", "list", "text"]
Vendor = Literal["", "openai", "azure", "gateway", "other", "unknown"]

_CLIMBED = ("IfExp", "BoolOp", "NamedExpr", "Await", "Starred", "BinOp", "JoinedStr", "FormattedValue")
_TRIMMED = ("strip", "lstrip", "rstrip", "lower", "casefold")
_PREFIX = re.compile(r"[A-Za-z0-9_.\-/:@]*")
_SUFFIX = re.compile(r"(?:[@:#?][\w\-=.:@]*)?")
_PATTERN = re.compile(r"\.\*|\.\+|\\[.dwbsS]|\^|\$$|\[[^\]]+\]|\(\?|\|")


class Shape(NamedTuple):
    """`form` and, for an id, the `prefix` before it and whose name that makes it (`vendor`)."""

    form: Form
    prefix: str = ""
    suffix: str = ""
    vendor: Vendor = ""


def shape(text: str, model: str, vendors: Vendors) -> Shape:
    """The shape of `model`'s first occurrence in the literal `text`."""
    before, _, after = text.partition(model)
    if _PREFIX.fullmatch(before) and _SUFFIX.fullmatch(after) and not _is_path(before):
        is_anothers = after.startswith(":") and not before
        return Shape("id", before, after, "unknown" if is_anothers else _vendor(before, vendors))
    if after in ("-", ".") and not before:
        return Shape("pattern")
    if " " not in text.strip() and "\n" not in text and _PATTERN.search(text):
        return Shape("pattern")
    if _is_list(text, vendors):
        return Shape("list")
    return Shape("text")


def _is_path(before: str) -> bool:
    return before.startswith(("/", "./", "http", "www.")) or before.count("/") > 3


def _vendor(prefix: str, vendors: Vendors) -> Vendor:
    if not prefix:
        return ""
    for rule in vendors.prefix:
        if prefix == rule.text or (prefix.endswith(rule.text) and rule.text.endswith(("/", ":"))):
            return rule.vendor
    return "unknown"


def _is_list(text: str, vendors: Vendors) -> bool:
    parts = [part for part in re.split(r"[,;\s]+", text.strip()) if part]
    return len(parts) > 1 and all(_like(vendors.id_starts).fullmatch(part) for part in parts)


@cache
def _like(starts: str) -> re.Pattern[str]:
    return re.compile(rf"['\"`*\-\s]*(?:[\w.\-]+[/:])*(?:{starts})[\w.\-:@]*['\"`\s]*")


def id_like(text: object, vendors: Vendors) -> bool:
    """Whether a literal looks like a model id of any vendor."""
    return isinstance(text, str) and len(text) < 80 and _like(vendors.id_starts).fullmatch(text) is not None


def ids_given(call: Node, vendors: Vendors) -> list[Node]:
    """The arguments of a call that look like models' ids."""
    return [one for one in call.arguments() if one.kind == "Constant" and id_like(one.value, vendors)]


def abbreviates(key: str, model: str) -> bool:
    """Whether a dict's key is a short form of the id that it maps to: `"4o": "gpt-4o"`."""
    short, full = _bare(key), _bare(model)
    return len(short) > 1 and short in full and short not in ("gpt", "chat", "latest")


def says(key: str, model: str) -> bool:
    """Whether a dict's key says the id that it maps to, in a name of one's own: `"west-gpt4o": "gpt-4o"`."""
    return _bare(model) in _bare(key)


def _bare(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum())


def same_text(node: Node) -> Node | None:
    """The expression around a text that is this text, or one made of it: `x or "id"`, `str("id")`."""
    above = node.parent
    if above is None:
        return None
    if above.kind == "Attribute" and above.value in _TRIMMED:
        call = above.parent
        return call if call is not None and call.kind == "Call" and above.field == "func" else None
    is_cast = above.kind == "Call" and node.field == "args" and last_name(above.first) == "str"
    is_whole = above.kind in _CLIMBED and node.field != "test"
    return above if is_whole or (is_cast and len(list(above.children())) == 2) else None
