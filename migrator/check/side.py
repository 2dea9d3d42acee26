"""A program that can be asked, and how the arms of its tests come out there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from migrator.know.computing import FALSE, TRUE
from migrator.know.match_cases import fits
from migrator.read.project import FUNCTIONS

if TYPE_CHECKING:
    from migrator.decide.branches.ladders import Arm
    from migrator.know.activations import Activations
    from migrator.know.evaluator import Evaluator
    from migrator.know.values import Frame
    from migrator.read.nodes import Node
    from migrator.read.project import Project


class Side(NamedTuple):
    """One program with its evaluator."""

    project: Project
    know: Evaluator
    activations: Activations

    def outcomes(self, arm: Arm, frame: Frame | None) -> frozenset[bool]:
        """Whether a frame may enter an arm that it has come to."""
        found = TRUE
        if arm.test is not None:
            case = arm.test.parent
            if case is not None and case.kind == "match_case":
                found = self._matches(case, arm.test, frame)
            else:
                found = self.know.outcomes(arm.test, frame)
        if arm.guard is None or found == FALSE:
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
            found = self._matches(one, pattern, frame) if pattern is not None else TRUE
            if one == case:
                return True in found
            if found == TRUE and guard is None:
                return False
        return True

    def _matches(self, case: Node, pattern: Node, frame: Frame | None) -> frozenset[bool]:
        match = case.parent
        subject = match.child("subject") if match is not None else None
        values = self.know.plain(self.know.value(subject, frame)) if subject is not None else ()
        return frozenset(b for value in values for b in fits(self.know, pattern, value, frame))
