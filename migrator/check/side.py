"""A program that can be asked, and how the arms of its tests come out there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from migrator.read.project import FUNCTIONS

if TYPE_CHECKING:
    from migrator.decide.branches.ladders import Arm
    from migrator.know.activations import Activations
    from migrator.know.evaluator import Evaluator
    from migrator.know.frames import Frame
    from migrator.know.values import Value
    from migrator.read.nodes import Node
    from migrator.read.project import Project

_BOTH, _TRUE, _FALSE = frozenset((True, False)), frozenset((True,)), frozenset((False,))


class Side(NamedTuple):
    """One program with its evaluator."""

    project: Project
    know: Evaluator
    activations: Activations

    def outcomes(self, arm: Arm, frame: Frame | None) -> frozenset[bool]:
        """Whether a frame may enter an arm that it has come to."""
        found = _TRUE
        if arm.test is not None:
            case = arm.test.parent
            if case is not None and case.kind == "match_case":
                found = self._matches(case, arm.test, frame)
            else:
                found = self.know.outcomes(arm.test, frame)
        if arm.guard is None or found == _FALSE:
            return found
        guarded = self.know.outcomes(arm.guard, frame)
        return frozenset(one and other for one in found for other in guarded)

    def barring(self, node: Node, frame: Frame | None) -> Node | None:
        """What keeps a frame from coming to an expression: a test around it, a `match`'s subject."""
        below = node
        for above in node.ancestors():
            if above.kind in (*FUNCTIONS, "ClassDef", "Module"):
                return None
            test = above.child("test") if above.kind in ("If", "IfExp") else None
            if test is not None and below.field in ("body", "orelse"):
                found = self.know.outcomes(test, frame)
                if (below.field == "body") not in found:
                    return test
            if above.kind == "match_case" and not self._comes_to(above, frame):
                return above.parent.child("subject") if above.parent is not None else None
            below = above
        return None

    def _comes_to(self, case: Node, frame: Frame | None) -> bool:
        """Whether a frame may come to a case: it may be one for it, and none before it surely is."""
        cases = case.parent.all("cases") if case.parent is not None else []
        for one in cases:
            pattern, guard = one.child("pattern"), one.child("guard")
            fits = self._matches(one, pattern, frame) if pattern is not None else _TRUE
            if one == case:
                return True in fits
            if fits == _TRUE and guard is None:
                return False
        return True

    def _matches(self, case: Node, pattern: Node, frame: Frame | None) -> frozenset[bool]:
        match = case.parent
        subject = match.child("subject") if match is not None else None
        values = self.know.value(subject, frame) if subject is not None else ()
        return frozenset(b for value in values for b in self._fits(pattern, value, frame))

    def _fits(self, pattern: Node, value: Value, frame: Frame | None) -> frozenset[bool]:
        """Whether a value is one that a pattern is for."""
        if pattern.kind == "MatchOr":
            found = [self._fits(one, value, frame) for one in pattern.all("patterns")]
            if _TRUE in found:
                return _TRUE
            return _BOTH if any(True in one for one in found) else _FALSE
        if pattern.kind == "MatchAs":
            inner = pattern.child("pattern")
            return self._fits(inner, value, frame) if inner is not None else _TRUE
        if pattern.kind == "MatchValue" and value.kind == "constant":
            others = self.know.value(pattern.child("value"), frame)
            return frozenset(
                v.constant == value.constant if v.kind == "constant" else b for v in others for b in _BOTH
            )
        if pattern.kind == "MatchSequence":
            return self._fit_all(pattern.all("patterns"), value, frame)
        return _BOTH

    def _fit_all(self, patterns: list[Node], value: Value, frame: Frame | None) -> frozenset[bool]:
        if value.kind == "constant":
            return _FALSE
        entries = sorted(self.know.elements(value), key=_place) if value.kind == "sequence" else []
        if value.kind != "sequence" or [e.key for e in entries] != list(range(len(entries))):
            return _BOTH
        stars = [at for at, one in enumerate(patterns) if one.kind == "MatchStar"]
        least = len(patterns) - len(stars)
        if len(entries) < least or (not stars and len(entries) > least):
            return _FALSE
        tail = len(patterns) - stars[0] - 1 if stars else 0
        pairs = [*zip(patterns[: len(patterns) - tail - bool(stars)], entries, strict=False)]
        pairs += [*zip(patterns[len(patterns) - tail :], entries[len(entries) - tail :], strict=True)]
        found = _TRUE
        for one, entry in pairs:
            own = frozenset(b for v in self.know.given(entry) for b in self._fits(one, v, frame))
            found = frozenset(a and b for a in found for b in own)
        return found


def _place(entry: object) -> tuple[bool, int]:
    key = getattr(entry, "key", None)
    return not isinstance(key, int), key if isinstance(key, int) else 0
