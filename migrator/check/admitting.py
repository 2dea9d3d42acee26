"""Tests that keep a new id from code that is right for it, and what lets it in there."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from migrator.check.single_tests import asking, looking_in
from migrator.check.spelling import quoted
from migrator.check.wider_tests import WiderTests, first
from migrator.read.scopes import FUNCTIONS, last_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from migrator.check.added_members import Member, Members
    from migrator.check.completing import Fix
    from migrator.check.edited_places import Places
    from migrator.check.flipped_tests import Flip
    from migrator.check.losing import Losing
    from migrator.check.side import Side
    from migrator.know.values import Value
    from migrator.read.nodes import Node
    from migrator.requests.violations import Violation

MAX_STEPS = 6
"""Names, functions and callers on the way from code to the test that decides about it."""


class Turn(NamedTuple):
    """A test, and what it must say."""

    test: Node
    wanted: bool


class Piece(NamedTuple):
    """A text in a pattern, what is to stand there, and how near it is to what a new id has there."""

    literal: Node
    wider: str
    near: int


class Admitting:
    """Finds such tests in the edited program; `known` are the other ids that its tests may be meant for."""

    def __init__(
        self, side: Side, written: Members, places: Places, known: Sequence[str], losing: Losing
    ) -> None:
        self.know = side.know
        self.losing = losing
        self.written = written
        self.places = places
        self.known = known
        self.wider = WiderTests(self.know, written, places, known)
        self._on_the_way: set[tuple[Node, bool]] = set()
        self._ids: frozenset[str] = frozenset()
        self._may_withdraw = False

    def passed(self) -> Iterator[Node]:
        """The places and tests on the way to the last edit."""
        yield from (node for node, _ in self._on_the_way)

    def kept_from(self, violation: Violation, ids: frozenset[str]) -> Fix | None:
        """The edit after which models are no longer sent what they refuse, where another arm knows better."""
        entry = violation.given.entry
        places = [entry.node or entry.holder, *self._names(violation), *_parts(violation.value)]
        for self._may_withdraw in (False, True):
            self._begin(ids)
            fix = first(self._around(place, 0) for place in dict.fromkeys(places))
            if fix is not None:
                return fix
        return None

    def is_barred(self, violation: Violation) -> bool:
        """Whether a test on the model's name keeps just this model from the place that gives a parameter.

        It is asked where a call has several models, one of them unknown, so that all arms may be entered.
        """
        entry = violation.given.entry
        places = [entry.node or entry.holder, *self._names(violation), *_parts(violation.value)]
        return any(self._bars(place, violation.model, 0) for place in dict.fromkeys(places))

    def _bars(self, node: Node, model: Value, steps: int) -> bool:
        if steps > MAX_STEPS:
            return False
        if any(self._says(turn.test, model, steps) == turn.wanted for turn in self._turns(node)):
            return True
        callers = list(self._callers(node))
        return bool(callers) and all(self._bars(call, model, steps + 1) for call in callers)

    def _says(self, test: Node, model: Value, steps: int) -> bool | None:
        """What a test says of a model, if that is known."""
        if steps > MAX_STEPS:
            return None
        if test.kind == "UnaryOp" and test.value == "Not":
            found = self._says(test.first, model, steps)
            return None if found is None else not found
        if test.kind == "BoolOp":
            told = [self._says(part, model, steps) for part in test.all("values")]
            decides = test.value == "Or"
            return decides if decides in told else None if None in told else not decides
        asked = asking(self.know, test, self.written)
        if asked is not None:
            heard = self.written.values(asked.subject, None)
            texts = {str(v.text) for v in heard if v.more and v.more == model.more}
            return asked.says(min(texts)) if len(texts) == 1 else None
        behind = [
            (self._says(one.test, model, steps + 1), one.wanted) for one in self._behind(Turn(test, True))
        ]
        answers = {None if said is None else said == wanted for said, wanted in behind}
        answers |= set(self._answered(test, model, steps))
        return answers.pop() if len(answers) == 1 else None

    def _answered(self, test: Node, model: Value, steps: int) -> Iterator[bool | None]:
        """What the functions behind a test answer."""
        for function in self._functions(test):
            backs = [back for back in function.among("Return") if back.scope == function]
            answer = backs[0].child("value") if len(backs) == 1 else None
            yield self._says(answer, model, steps + 1) if answer is not None else None

    def _begin(self, ids: frozenset[str]) -> None:
        self._on_the_way.clear()
        self._ids = ids

    def elsewhere(self, flip: Flip, ids: frozenset[str]) -> Fix | None:
        """The edit after which new ids that are refused by name come to the arm of one near to them."""
        self._begin(ids)
        self._on_the_way.add((flip.ladder.arms[0].anchor, True))
        if flip.member is not None:
            return self._admitted(flip, flip.member)
        if not flip.after.is_refusal:
            return first(self._beside(arm.test, flip) for arm in flip.ladder.arms if arm.test is not None)
        arms = [arm.test for arm in flip.ladder.arms if arm.test is not None]
        if flip.ladder.shape == "match":
            subject = flip.ladder.arms[0].anchor.child("subject")
            pieces = [one for arm in arms for one in self._pieces(arm, subject)]
            best = max(pieces, key=lambda piece: piece.near, default=None)
            return self.wider.replaced(best.literal, best.wider) if best is not None else None
        return first(self._turned(Turn(test, wanted=True), 0) for test in arms)

    def _beside(self, test: Node, flip: Flip) -> Fix | None:
        """The edit after which a collection that a test looks in has the new name beside the old one."""
        listed = looking_in(self.know, test)
        news = sorted(name.text for name in flip.names if name.text)
        return self.wider.listed(listed, news) if listed is not None and flip.old in listed.texts else None

    def _admitted(self, flip: Flip, member: Member) -> Fix | None:
        """The edit after which members come to the arm of the one that they were made like."""
        order = [flip.ladder.arms.index(arm) for arm in (flip.before, flip.after)]
        arm = flip.before if order[0] < order[1] else flip.after
        if arm.test is None:
            return None
        if flip.ladder.shape != "match":
            return self._turned(Turn(arm.test, wanted=arm == flip.before), 0)
        values = [one.child("value") for one in arm.test.among("MatchValue")]
        last = values[-1] if values and arm == flip.before else None
        is_plain = arm.test.kind == "MatchValue" or {one.kind for one in arm.test.all("patterns")} == {
            "MatchValue"
        }
        if last is None or last.kind != "Attribute" or not is_plain:
            return None
        news = sorted(str(one.name.text) for one in self.written.added if one.cls == member.cls)
        texts = [self.wider.spoken(last, text) for text in news if self.written.target(text) in self._ids]
        return self.wider.replaced(last, " | ".join((last.source, *texts))) if all(texts) else None

    def _pieces(self, pattern: Node, subject: Node | None) -> Iterator[Piece]:
        """The single texts in patterns of split names that keep a new name from fitting."""
        for value in self.know.value(subject, self.know.frames.of(pattern)) if subject is not None else ():
            elements = self.know.elements(value) if value.kind == "sequence" else ()
            given = {e.key: v for e in elements for v in self.know.given(e) if v.kind == "constant"}
            if any(_is_of(one, self._ids) for one in given.values()):
                for sequence in pattern.among("MatchSequence"):
                    yield from _lacking(sequence, given, self.known)

    def _names(self, violation: Violation) -> Iterator[Node]:
        """The literals that say a parameter's name, where that is computed."""
        entry = violation.given.entry
        spoken = [*entry.holder.all("keys"), *entry.holder.all("targets")]
        for node in (one.child("slice") or one for one in spoken if one.kind != "Constant"):
            for value in self.know.value(node, self.know.frames.of(node)):
                if value.text == violation.given.name:
                    yield from _parts(value)

    # -- which tests decide about a place ---------------------------------------------------------

    def _around(self, node: Node, steps: int) -> Fix | None:
        """The edit after which new ids no longer come to a place."""
        if steps > MAX_STEPS or not self._begun(node, wanted=False):
            return None
        found = first(self._turned(turn, steps) for turn in self._turns(node))
        return found or first(self._around(call, steps + 1) for call in self._callers(node))

    def _begun(self, node: Node, *, wanted: bool) -> bool:
        key = node, wanted
        new = key not in self._on_the_way
        self._on_the_way.add(key)
        return new

    def _turns(self, node: Node) -> Iterator[Turn]:
        yield from self._overriding(node.statement)
        below = node
        for above in node.ancestors():
            if below.is_statement:
                yield from (Turn(test, wanted=True) for test in self.know.exits(below))
            if above.kind in (*FUNCTIONS, "ClassDef", "Module"):
                return
            test = above.child("test") if above.kind in ("If", "IfExp") else None
            if test is not None and below.field in ("body", "orelse") and not self._loses(above, below):
                yield Turn(test, wanted=below.field == "orelse")
            below = above

    def _loses(self, branch: Node, below: Node) -> bool:
        """Whether the other arm of a branch gives less than that in which something stands."""
        other = "orelse" if below.field == "body" else "body"
        return self.losing.gives_less(branch.all(other), branch.all(str(below.field)))

    def _overriding(self, statement: Node) -> Iterator[Turn]:
        """The tests behind which a name is set anew that a statement sets."""
        target = statement.child("targets") or statement.child("target")
        if statement.kind not in ("Assign", "AnnAssign") or target is None or target.kind != "NameStore":
            return
        for other in self.know.bound_in(target.scope, str(target.value)):
            branch = other.statement.parent
            if other.index > target.index and branch is not None and branch.kind == "If":
                test = branch.child("test")
                if test is not None and not statement.inside(branch):
                    yield Turn(test, wanted=other.statement.field == "body")

    def _callers(self, node: Node) -> Iterator[Node]:
        function = node.scope
        if function.kind in FUNCTIONS:
            for one in sorted(self.know.invocations(function), key=lambda one: one.sites[-1].call.where):
                yield one.sites[-1].call

    # -- what turns a test ---------------------------------------------------------------------------

    def _turned(self, turn: Turn, steps: int) -> Fix | None:
        """The edit after which a test says what is wanted of the new ids."""
        test, wanted = turn
        if steps > MAX_STEPS or not self._begun(test, wanted=wanted):
            return None
        if test.kind == "UnaryOp" and test.value == "Not":
            return self._turned(Turn(test.first, not wanted), steps)
        if test.kind == "BoolOp":
            return self._joined(turn, steps)
        asked = asking(self.know, test, self.written)
        if asked is not None:
            return self.wider.asked(asked, self._ids, wanted=wanted, may_withdraw=self._may_withdraw)
        behind = (self._turned(one, steps + 1) for one in self._behind(turn))
        return first(chain(behind, self._answers(turn, steps)))

    def _joined(self, turn: Turn, steps: int) -> Fix | None:
        """Of several tests the one that decides; none where more than one would have to turn."""
        parts = turn.test.all("values")
        if (turn.test.value == "Or") == turn.wanted:
            return first(self._turned(Turn(part, turn.wanted), steps) for part in parts)
        heard = [
            part for part in parts if turn.wanted not in self.know.outcomes(part, self.know.frames.of(part))
        ]
        return self._turned(Turn(heard[0], turn.wanted), steps) if len(heard) == 1 else None

    def _behind(self, turn: Turn) -> Iterator[Turn]:
        """The tests that a name, a comparison with nothing or with a truth stand for."""
        test, wanted = turn
        if test.kind == "Name":
            for binding in self.know.bindings(test):
                above = binding.parent
                value = (
                    above.child("value")
                    if above is not None and above.kind in ("Assign", "AnnAssign")
                    else None
                )
                if binding.kind == "NameStore" and value is not None:
                    yield Turn(value, wanted)
        elif test.kind == "NamedExpr" or (test.kind == "Call" and last_name(test.first) == "bool"):
            inner = test.child("value") or next(iter(test.all("args")), None)
            if inner is not None:
                yield Turn(inner, wanted)
        elif test.value in (("Is",), ("IsNot",)) and test.all("comparators")[0].source == "None":
            yield Turn(test.first, wanted == (test.value == ("IsNot",)))

    def _answers(self, turn: Turn, steps: int) -> Iterator[Fix | None]:
        """What turns the answer of the program's own function, property, or of an equation with one."""
        test, wanted = turn
        if test.kind == "Compare" and test.value in (("Eq",), ("NotEq",)):
            other = test.all("comparators")[0]
            if other.kind == "Constant":
                is_equal = wanted == (test.value == ("Eq",))
                for value in self.know.value(test.first, self.know.frames.of(test)):
                    if value.kind == "constant" and (value.constant == other.value) != is_equal:
                        yield from (self._around(part, steps + 1) for part in _parts(value))
            return
        for function in self._functions(test):
            for back in function.among("Return"):
                answer = back.child("value")
                if answer is None or back.scope != function:
                    continue
                if answer.kind != "Constant":
                    yield self._turned(Turn(answer, wanted), steps + 1)
                elif bool(answer.value) != wanted:
                    yield self._around(back, steps + 1)

    def _functions(self, test: Node) -> Iterator[Node]:
        """The functions that answer a test: what it calls, or the property that it reads."""
        if test.kind == "Call":
            values = self.know.value(test.first, self.know.frames.of(test))
            yield from sorted((v.node for v in values if v.kind == "function"), key=lambda n: n.where)
        elif test.kind == "Attribute":
            named = self.know.project.functions_by_name.get(str(test.value), [])
            yield from (one for one in named if len(named) == 1 and one.decorators)


def _is_of(value: Value, ids: frozenset[str]) -> bool:
    """Whether a text is made of a new id."""
    return any(one in str(part.value).lower() for part in value.more for one in ids)


def _lacking(sequence: Node, given: dict[object, Value], known: Sequence[str]) -> Iterator[Piece]:
    """The one text of a pattern that the pieces of a name lack."""
    patterns = sequence.all("patterns")
    star = next((at for at, one in enumerate(patterns) if one.kind == "MatchStar"), None)
    literals = [one.child("value") for one in patterns[:star]]
    texts = [str(one.value) for one in literals if one is not None and one.kind == "Constant"]
    others = [given[at].constant for at in range(len(texts)) if at in given]
    is_all = len(texts) == len(others) == len(patterns) - (star is not None)
    if not is_all or "-".join(texts) not in known:
        return
    differing = [at for at, text in enumerate(texts) if text != others[at]]
    literal, text = literals[differing[0]], others[differing[0]]
    if len(differing) == 1 and literal is not None and text.startswith(texts[differing[0]]):
        yield Piece(literal, f"{literal.source} | {quoted(literal, text)}", len(texts[differing[0]]))


def _parts(value: Value) -> tuple[Node, ...]:
    """The literals of a constant."""
    return tuple(value.more) if value.kind == "constant" else ()
