"""`match`: which cases a value may get to, and what their patterns capture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.know.computing import BOTH, FALSE, TRUE, contains, is_same
from migrator.know.lookups import each, item
from migrator.know.values import NOTHING, Value, an_open, constant

if TYPE_CHECKING:
    from migrator.know.evaluator import Evaluator as Know
    from migrator.know.values import Frame, Values
    from migrator.read.nodes import Node

CAPTURES = ("MatchAs", "MatchStar", "MatchMapping")
_SINGLE = {"None": None, "True": True, "False": False}


def matches(know: Know, case: Node, frame: Frame | None) -> bool:
    """Whether a frame may come to a case."""
    return bool(_arriving(know, case, frame))


def _arriving(know: Know, case: Node, frame: Frame | None) -> Values:
    """The values that may get to a case and fit it."""
    statement = case.parent
    assert statement is not None
    before = [c for c in statement.all("cases") if c.index < case.index]
    found = set()
    for value in know.plain(know.value(statement.child("subject"), frame)):
        comes = all(False in _taken(know, other, value, frame) for other in before)
        if comes and True in _taken(know, case, value, frame):
            found.add(value)
    return frozenset(found)


def _taken(know: Know, case: Node, value: Value, frame: Frame | None) -> frozenset[bool]:
    pattern = case.child("pattern")
    assert pattern is not None
    found = fits(know, pattern, value, frame)
    guard = case.child("guard")
    return found if guard is None or found == FALSE else BOTH


def fits(know: Know, pattern: Node, value: Value, frame: Frame | None) -> frozenset[bool]:
    """Whether a value fits a pattern."""
    match pattern.kind:
        case "MatchAs":
            inner = pattern.child("pattern")
            return TRUE if inner is None else fits(know, inner, value, frame)
        case "MatchOr":
            parts = [fits(know, one, value, frame) for one in pattern.all("patterns")]
            return TRUE if TRUE in parts else FALSE if all(p == FALSE for p in parts) else BOTH
        case "MatchValue" if value.kind == "constant":
            wanted = know.plain(know.value(pattern.child("value"), frame))
            same = {v.constant == value.constant for v in wanted if v.kind == "constant"}
            return frozenset(same) if all(v.kind == "constant" for v in wanted) else BOTH
        case "MatchValue" if know.is_member(value):
            others = know.value(pattern.child("value"), frame)
            return frozenset(b for other in others for b in is_same(know, value, other))
        case "MatchSingleton" if value.kind == "constant":
            wanted_one = _SINGLE.get(pattern.source)
            return frozenset((value.constant is wanted_one,))
        case "MatchSequence" | "MatchMapping" if value.kind == "constant":
            return FALSE
        case "MatchSequence" if value.kind == "sequence":
            return _fit_all(know, pattern.all("patterns"), value, frame)
        case "MatchMapping" if value.kind == "mapping":
            return _has_keys(know, pattern, value, frame)
    return BOTH


def _fit_all(know: Know, patterns: list[Node], value: Value, frame: Frame | None) -> frozenset[bool]:
    """Whether the elements of a sequence fit patterns, of which one may take several."""
    elements = know.elements(value)
    by_place, count = {entry.key: entry for entry in elements}, len(elements)
    if set(by_place) != set(range(count)):
        return BOTH
    star = next((at for at, one in enumerate(patterns) if one.kind == "MatchStar"), None)
    least = len(patterns) - (star is not None)
    if count < least or (star is None and count > least):
        return FALSE
    found = TRUE
    for at, pattern in enumerate(patterns):
        if at != star:
            entry = by_place[at if star is None or at < star else count - len(patterns) + at]
            own = frozenset(b for v in know.given(entry) for b in fits(know, pattern, v, frame))
            found = frozenset(a and b for a in found for b in own)
    return found


def _has_keys(know: Know, pattern: Node, value: Value, frame: Frame | None) -> frozenset[bool]:
    found = TRUE if all(_is_capture(p) for p in pattern.all("patterns")) else BOTH
    for key in pattern.all("keys"):
        for one in know.value(key, frame):
            held = contains(know, one, value)
            if held == FALSE:
                return FALSE
            found = found if held == TRUE else BOTH
    return found


def _is_capture(pattern: Node) -> bool:
    return pattern.kind == "MatchAs" and pattern.child("pattern") is None


def surely_matches(know: Know, case: Node, frame: Frame | None) -> bool:
    """Whether every value that a `match` is given fits a case."""
    statement = case.parent
    assert statement is not None
    values = know.plain(know.value(statement.child("subject"), frame))
    return bool(values) and all(_taken(know, case, value, frame) == TRUE for value in values)


def captured(know: Know, capture: Node, frame: Frame | None) -> Values:
    """What a capture binds."""
    if capture.kind != "MatchAs":
        return an_open("computed", capture)
    return _subject(know, capture, frame)


def _subject(know: Know, pattern: Node, frame: Frame | None) -> Values:
    """The values that a pattern is held against."""
    parent = pattern.parent
    assert parent is not None
    if parent.kind == "match_case":
        return _arriving(know, parent, frame)
    around = _subject(know, parent, frame)
    if parent.kind in ("MatchAs", "MatchOr"):
        return around
    if parent.kind == "MatchSequence":
        return know.union((_element(know, parent, pattern, v, frame) for v in around), pattern)
    if parent.kind == "MatchMapping":
        key = parent.all("keys")[parent.all("patterns").index(pattern)]
        keys = know.value(key, frame)
        mappings = [v for v in around if v.kind not in ("constant", "sequence")]
        return know.union((item(know, v, keys, pattern, frame) for v in mappings), pattern)
    if parent.kind == "MatchClass":
        return know.union((_part(know, parent, pattern, v, frame) for v in around), pattern)
    return an_open("computed", pattern)


def _element(know: Know, parent: Node, pattern: Node, value: Value, frame: Frame | None) -> Values:
    patterns = parent.all("patterns")
    inner = know.container(value) if value.kind == "instance" else value
    if inner is None or inner.kind in ("constant", "mapping"):
        return NOTHING
    place = patterns.index(pattern)
    stars = [i for i, p in enumerate(patterns) if p.kind == "MatchStar"]
    if inner.kind != "sequence" or (stars and place > stars[0]):
        return each(know, inner, pattern)
    return item(know, inner, frozenset((constant(place, pattern, ()),)), pattern, frame)


def _part(know: Know, parent: Node, pattern: Node, value: Value, frame: Frame | None) -> Values:
    """What a pattern of a class's attribute is held against."""
    if pattern.field == "kwd_patterns":
        name = parent.value[parent.all("kwd_patterns").index(pattern)]
        return know.member(value, name, pattern, frame) if value.kind != "constant" else NOTHING
    place = parent.all("patterns").index(pattern)
    if value.kind == "constant":
        return frozenset((value,)) if place == 0 else NOTHING
    if value.kind == "instance":
        names = list(know.record_fields(value.data))
        if place < len(names):
            return know.member(value, names[place], pattern, frame)
    return an_open("computed", pattern)
