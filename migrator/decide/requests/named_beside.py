"""Where a program names an entry beside the dict that holds it: `itemgetter("k")(d)`, `"%(k)s" % d`."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from migrator.know.solver import UnsolvedError
from migrator.read.scopes import FUNCTIONS, last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.linked import Linked
    from migrator.decide.requests.given_parameters import Setting
    from migrator.know.questions import Holder
    from migrator.know.values import Frame, Value
    from migrator.read.nodes import Node

_FILLED = ("format", "format_map")
"""What the closing check follows itself."""
_MADE_OF = ("Attribute", "Subscript", "Call", "Compare")
_COPIES = ("dict", "copy", "deepcopy")
_DUMPS = ("model_dump", "dict", "model_dump_json")
_TESTS = (("In",), ("NotIn",))
MAX_COPIES = 12
MAX_DEPTH = 4
"""Displays inside one another that are looked through for a name."""
MAX_STEPS = 6
"""Steps from what a library makes of a dict to where it is asked."""


class NamedBeside:
    """Finds such places in one program."""

    def __init__(self, linked: Linked) -> None:
        self.linked = linked
        self.know = linked.know

    def of(self, setting: Setting, *, is_gone: bool) -> Node | None:
        """The first place that names an entry, or a field, and needs it; `is_gone`: it gets no new name."""
        holder = setting.holder
        if setting.form == "field":
            return next(self._of_field(holder, setting.key, is_gone=is_gone), None)
        if setting.form not in ("entry", "keyword") or holder.kind not in ("Dict", "Call"):
            return None
        if holder.kind == "Call" and any(True for _ in self.linked.requests_of(holder)):
            return None
        with suppress(UnsolvedError, RecursionError):
            held = self._held(holder)
            places = sorted(held, key=lambda one: (one.node.file.path, one.node.index))
            return next((one.node for one in places if self._is_named(one, setting.key)), None)
        return None

    def _of_field(self, cls: Node, name: str, *, is_gone: bool) -> Iterator[Node]:
        """What checks a declared field or chooses it by its name, and what reads one that goes."""
        methods = [one for one in cls.all("body") if one.kind in FUNCTIONS]
        naming = [decorator for one in methods for decorator in one.decorators]
        dumps = (call for one in _DUMPS for call in self.linked.project.calls(one))
        chosen = [(call, call.keyword("include")) for call in dumps]
        naming += [given for call, given in chosen if given is not None and self._is_made_of(call, cls)]
        yield from (one for node in naming for one in node.among("Constant") if one.value == name)
        yield from self.linked.flow.attribute_loads(cls, name) if is_gone else ()

    def _is_made_of(self, call: Node, cls: Node) -> bool:
        base = call.first.first if call.first.kind == "Attribute" else call.first
        values = self.know.value(base, self.know.frames.of(base))
        return any(value.kind == "instance" and cls in self.know.mro(value.data) for value in values)

    def _held(self, holder: Node) -> Iterator[Holder]:
        """Where a dict is seen, and what is a copy of it, or has all that is in it."""
        queue, seen = [holder], {holder}
        while queue and len(seen) <= MAX_COPIES:
            node = queue.pop()
            for held in self.know.holders(node, self.know.frames.of(node)):
                yield held
                copy = _copied(held)
                if copy is not None and copy not in seen:
                    seen.add(copy)
                    queue.append(copy)

    def _is_named(self, held: Holder, name: str) -> bool:
        node, above = held.node, held.node.parent
        if above is None:
            return False
        if above.kind == "keyword":
            is_given, above = bool(above.value), above.parent
            return is_given and above is not None and self._in_call(above, node, name, held.frame)
        if above.kind == "Call" and node.field == "args":
            return self._in_call(above, node, name, held.frame)
        if held.path:
            return False
        if above.kind == "BinOp" and above.value == "Mod" and node.field == "right":
            return any(_fills(text, name) for text in self._texts(above.first, held.frame))
        if above.kind == "Match":
            return node.field == "subject" and _is_key_of_cases(above, name)
        if above.kind == "Attribute":
            return (above.value == name and above.field != "func") or self._of_keys(above, name, held.frame)
        return _is_dropped(node, name)

    def _of_keys(self, method: Node, name: str, frame: Frame | None) -> bool:
        """Whether the keys of a dict are compared with some that a name is among."""
        call = method.parent
        if method.value != "keys" or call is None or call.kind != "Call" or call.parent is None:
            return False
        return self._is_compared(call, call.parent, name, frame)

    def _is_compared(self, node: Node, compare: Node, name: str, frame: Frame | None) -> bool:
        if compare.kind != "Compare" or compare.value in _TESTS:
            return False
        others = [one for one in compare.children() if one is not node]
        return any(text == name for one in others for text in self._texts(one, frame))

    # -- what a library is handed ------------------------------------------------------------------

    def _in_call(self, call: Node, node: Node, name: str, frame: Frame | None) -> bool:
        """Whether a library is handed a dict and, beside it or of what it makes of it, a name in it."""
        values = self.know.value(call.first, frame)
        if self.know.is_written(call.file) or last_name(call.first) in (*_FILLED, *_COPIES):
            return False
        if not all(map(self._is_librarys, values)):
            return False
        parts = [one for one in call.children() if one is not node and node.parent is not one]
        if any(_fills(text, name) for part in parts for text in self._texts(part, frame)):
            return not any(True for _ in self.linked.requests_of(call))
        is_known = all(value.kind != "open" for value in values)
        return is_known and self._is_asked_of(call, name, frame, MAX_STEPS)

    def _is_librarys(self, value: Value) -> bool:
        is_unknown = value.kind == "open" and not value.is_cut
        return is_unknown or value.kind == "library" or self.know.is_written(value.node.file)

    def _is_asked_of(self, made: Node, name: str, frame: Frame | None, steps: int) -> bool:
        """Whether what a library made of a dict is asked for a name."""
        above = made.parent
        if above is None or not steps:
            return False
        if above.kind in _MADE_OF and made.field in ("value", "func", "left", "comparators"):
            is_asked = above.kind == "Attribute" and above.value == name
            if is_asked or (above.kind == "Subscript" and _says(above.child("slice"), name)):
                return True
            if above.kind == "Compare":
                return self._is_compared(made, above, name, frame)
            given = above.all("args") if above.kind == "Call" else []
            return any(_says(one, name) for one in given) or self._is_asked_of(above, name, frame, steps - 1)
        targets = above.all("targets") if above.kind == "Assign" and made.field == "value" else []
        loads = (
            load for one in targets if one.kind == "NameStore" for load in self.linked.project.loads(one)
        )
        return any(self._is_asked_of(load, name, frame, steps - 1) for load in loads)

    def _texts(self, node: Node, frame: Frame | None) -> Iterator[str]:
        """The texts in an expression, and in what its names are."""
        for one in (node, *node.descendants()):
            if one.kind == "Constant" and isinstance(one.value, str):
                yield one.value
            elif one.kind in ("Name", "Attribute") and one.field != "func":
                for value in self.know.value(one, frame):
                    yield from self._said(value)

    def _said(self, value: Value, depth: int = 0) -> Iterator[str]:
        """The texts that a value is, or holds, or that a library made it with."""
        if value.text is not None:
            yield value.text
        elif value.kind in ("sequence", "mapping"):
            found = self.know.elements(value) if value.kind == "sequence" else self.know.entries(value)
            yield from (entry.key for entry in found if isinstance(entry.key, str))
            inner = (v for entry in found for v in self.know.given(entry)) if depth < MAX_DEPTH else ()
            yield from (text for one in inner for text in self._said(one, depth + 1))
        elif value.node.kind == "Call" and self._is_made_by_library(value):
            texts = (one.value for one in value.node.among("Constant"))
            yield from (text for text in texts if isinstance(text, str))

    def _is_made_by_library(self, value: Value) -> bool:
        is_written = value.kind == "instance" and self.know.is_written(value.data.file)
        return is_written or value.kind == "library"


def _copied(held: Holder) -> Node | None:
    """What copies a dict that is seen somewhere: `dict(d)`, `d.copy()`, `{**d}`, `d | other`."""
    node, above = held.node, held.node.parent
    if held.path or above is None:
        return None
    if above.kind == "Attribute" and above.field == "func":
        return above.parent if above.value in _COPIES else None
    if above.kind == "Call":
        return above if node.field == "args" and last_name(above.first) in _COPIES else None
    is_union = above.kind == "BinOp" and above.value == "BitOr"
    return above if is_union or (above.kind == "Dict" and node.field == "spread") else None


def _is_dropped(node: Node, name: str) -> bool:
    """Whether an entry is taken out of a dict: `del d["k"]`."""
    above = node.parent
    is_item = above is not None and above.kind == "SubscriptStore" and node.field == "value"
    if not is_item or above is None or above.parent is None or above.parent.kind != "Delete":
        return False
    return _says(above.child("slice"), name)


def _says(node: Node | None, name: str) -> bool:
    """Whether an expression is a name, or a display that has it."""
    if node is None:
        return False
    parts = node.all("elts") if node.kind in ("Tuple", "List", "Set") else [node]
    return any(one.kind == "Constant" and one.value == name for one in parts)


def _fills(text: str, name: str) -> bool:
    """Whether a text is a name, or has a place for what it names: `%(k)s`, `:k`, `$k`, `{k}`."""
    return text == name or re.search(rf"(%\(|[:${{]){name}\b", text) is not None


def _is_key_of_cases(match: Node, name: str) -> bool:
    """Whether a pattern of a `match` asks for a key."""
    return any(_says(key, name) for one in match.among("MatchMapping") for key in one.all("keys"))
