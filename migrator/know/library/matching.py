"""Regular expressions: what `re` finds in texts that are known."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from migrator.know.computing import computed
from migrator.know.library.call import Call
from migrator.know.predicates.budget import Budget
from migrator.know.predicates.regular_expressions import Found, fits
from migrator.know.values import Site, Value, constant

if TYPE_CHECKING:
    from collections.abc import Callable

    from migrator.know.evaluator import Evaluator as Know
    from migrator.know.library.call import Rule
    from migrator.know.values import Frame, Values
    from migrator.read.nodes import Node

_COMPILED = "re.compile()"
_FOUND = "re.Match()"
_STEPS = 5_000
_FLAGS = {
    "re.I": re.IGNORECASE,
    "re.IGNORECASE": re.IGNORECASE,
    "re.X": re.VERBOSE,
    "re.VERBOSE": re.VERBOSE,
    "re.A": re.ASCII,
    "re.ASCII": re.ASCII,
}


class Asked(NamedTuple):
    """How a text is looked at, by which pattern; no flags where they are not known."""

    how: str
    patterns: Values
    texts: Values
    flags: int | None

    def found(self, pattern: str, text: str) -> Found | None:
        """What is found; raises where that takes too much, or is not known."""
        if self.flags is None:
            raise ValueError
        return fits(pattern, text, self.how, self.flags, Budget(_STEPS))


def _asked(call: Call) -> Asked:
    how = call.path.rpartition(".")[2]
    if not call.path.startswith(_COMPILED):
        return Asked(how, call.plain(0, "pattern"), call.plain(1, "string"), _flags(call.at(2, "flags")))
    made, know = call.callee, call.know
    compiled = Call(know, made, (Site(made.node, made.frame),), made.node, made.frame)
    return Asked(how, compiled.plain(0, "pattern"), call.plain(0, "string"), _flags(compiled.at(1, "flags")))


def _flags(values: Values) -> int | None:
    known = [_FLAGS.get(str(value.data)) for value in values if value.kind == "library"]
    if not values:
        return 0
    return known[0] if len(known) == len(values) == 1 else None


def _matched(call: Call) -> Values:
    """What is found, nothing, or what is not known."""
    asked = _asked(call)
    sides = [asked.patterns, asked.texts]
    parts: list[Value] = []
    for one in computed(call.node, call.frame, sides, lambda *given: asked.found(*given) is not None):
        if one.kind != "constant":
            parts += call.one("library", f"{call.path}()")
        elif one.constant:
            parts += call.one("library", _FOUND)
        else:
            parts.append(constant(None, call.node, ()))
    return frozenset(parts)


def _group(call: Call) -> Values:
    """A group of what was found."""
    made = call.callee
    which = call.plain(0) if call.given() else frozenset((constant(0, call.node, ()),))
    parts = [
        computed(call.node, call.frame, [asked.patterns, asked.texts, which], _grouping(asked))
        for asked in _behind(call.know, made.node, made.frame)
    ]
    return call.union(*parts) if len(call.given()) < 2 else call.open()


def _grouping(asked: Asked) -> Callable[[str, str, int | str], str | None]:
    def grouped(pattern: str, text: str, which: int | str) -> str | None:
        found = asked.found(pattern, text)
        if found is None or not found.is_sure:
            raise ValueError
        return found.group(which)

    return grouped


def _behind(know: Know, node: Node, frame: Frame | None) -> list[Asked]:
    """The questions that a call asks."""
    sites = (Site(node, frame),)
    callees = [v for v in know.value(node.first, frame) if v.kind == "library" and v.data in MATCHING]
    return [_asked(Call(know, callee, sites, node, frame)) for callee in callees]


MATCHING: dict[str, Rule] = {
    f"{base}.{how}": _matched for base in ("re", _COMPILED) for how in ("match", "fullmatch", "search")
}
MATCHING[f"{_FOUND}.group"] = _group
