"""What a branch does for an old name and for the new one, and whether the new outcome is the right one."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING, NamedTuple

from migrator.decide.branches import ladders
from migrator.decide.branches.arm_lines import Lines
from migrator.decide.branches.predicates import Predicates
from migrator.decide.tables.id_containers import Row
from migrator.decide.tables.missing_keys import brief
from migrator.decide.tables.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from migrator.decide.branches.ladders import Arm, Ladder
    from migrator.decide.branches.name_tests import Pair, Test
    from migrator.decide.meanings import Names
    from migrator.decide.plans import Planner
    from migrator.decide.rewrites import Rewrites
    from migrator.read.nodes import Node


_NAMING = frozenset({"func", "keys", "targets", "target"})


class Case(NamedTuple):
    """One ladder or test, what it asks about, and a pair of names whose outcomes differ."""

    test: Test
    ladder: Ladder | None
    pair: Pair
    before: str
    after: str
    arm: Arm | None = None
    hits: tuple[int, int] = (0, 0)

    @property
    def subject(self) -> str:
        return self.test.subject.source


class Outcomes:
    """Compares outcomes in one run."""

    def __init__(self, planner: Planner, rewrites: Rewrites) -> None:
        self.planner = planner
        self.rewrites = rewrites
        self.linked = planner.engine.linked
        self.predicates = Predicates(self.linked, rewrites.after, planner.grown)
        self.ungrown = Predicates(self.linked, rewrites.after) if planner.grown else self.predicates
        self.lines = Lines(planner)
        self._states: dict[Arm, bool] = {}

    @staticmethod
    def head(test: Test) -> Node:
        """What the ladder of a test begins with; the test itself where it stands alone."""
        holder = test.root.parent
        if holder is None or test.root.field != "test":
            return test.root
        if holder.kind == "If":
            return ladders.first(holder)
        return ladders.outermost(holder) if holder.kind == "IfExp" else test.root

    @staticmethod
    def ladder(head: Node) -> Ladder | None:
        """The ladder that begins with a node, if it is one that begins a ladder."""
        if head.kind == "Match":
            return ladders.of_match(head)
        if head.kind == "If":
            return ladders.of(head)
        return ladders.of_choice(head) if head.kind == "IfExp" else None

    def compared(self, test: Test, ladder: Ladder | None, pair: Pair) -> Case | None:
        if ladder is None:
            return self._plain(test, pair)
        before = ladder.hit(self.predicates, test.subject.source, pair.old, after=False)
        after = ladder.hit(self.predicates, test.subject.source, pair.new, after=True)
        if (before is None or after is None) and any(arm.guard is not None for arm in ladder.arms):
            before = ladder.nearest(self.predicates, test.subject.source, pair.old, after=False)
            after = ladder.nearest(self.predicates, test.subject.source, pair.new, after=True)
        if before is None or after is None:
            return self._plain(test, pair)
        if before != after and before == ladder.hit(self.ungrown, test.subject.source, pair.new, after=True):
            return None
        one, other = ladder.arms[before], ladder.arms[after]
        if before == after and not self._stale(one, pair) and self.accepting(ladder, one, pair) is None:
            return None
        return Case(test, ladder, pair, outcome(one), outcome(other), one, (before, after))

    def _plain(self, test: Test, pair: Pair) -> Case | None:
        """A test on its own: a flag, an assertion, a test that asks other things as well."""
        found = self.predicates.differs(test.root, test.subject.source, pair.old, pair.new)
        if found is None or not self.ungrown.differs(test.root, test.subject.source, pair.old, pair.new):
            return None
        return Case(test, None, pair, truth(found.before), truth(found.after))

    def _stale(self, arm: Arm, pair: Pair) -> bool:
        """Whether an arm that the new name ends in states figures of the old model."""
        if arm.test is None or not self.states(arm):
            return False
        written = self.written(arm, pair)
        return written is not None and written != arm.source

    def states(self, arm: Arm) -> bool:
        """Whether an arm states anything that may be figures of a model: numbers, flags, lists."""
        known = self._states.get(arm)
        if known is None:
            stated = not _is_nested(arm) and any(map(self._may_state, arm.body))
            known = self._states[arm] = stated and not self.lines.sends(arm.body)
        return known

    def _may_state(self, node: Node) -> bool:
        numbers = Rows(self.planner, self.rewrites, "", []).figures.numbers
        return _has_flags(node) or (self._has_numbers(node) and any(True for _ in numbers(node)))

    def _has_numbers(self, node: Node) -> bool:
        """Whether something in an expression may be a number."""
        if node.kind in ("Name", "Attribute"):
            return True
        if node.kind == "Constant":
            return isinstance(node.value, (str, int, float)) and not isinstance(node.value, bool)
        inner = (child for child in node.children() if child.field not in _NAMING)
        return any(map(self._has_numbers, inner))

    def written(self, arm: Arm, pair: Pair) -> str | None:
        """The arm's code for the new model; none if it states a price or window whose unit nothing proves."""
        if arm.test is None or _is_nested(arm) or self.lines.sends(arm.body):
            return arm.source
        rows = Rows(self.planner, self.rewrites, self._name(arm), [])
        new = rows.written(Row(pair.model, arm.body), self.rewrites.catalogue.target(pair.variant))
        if new.unknown:
            return None
        lines = [" " * one.span[1] + source for one, source in zip(arm.body, new.sources, strict=True)]
        return textwrap.dedent("\n".join(lines).replace("\r\n", "\n")) if new.set else arm.source

    def _name(self, arm: Arm) -> str:
        """The name of what an arm's number becomes: the target of an assignment, else the function."""
        for statement in arm.body:
            target = statement.child("targets") or statement.child("target")
            if target is not None and target.kind in ("NameStore", "AttributeStore"):
                return str(target.value)
        for above in arm.anchor.ancestors():
            if above.kind in ("Assign", "AnnAssign"):
                target = above.child("targets") or above.child("target")
                return str(target.value) if target is not None else ""
            if above.kind in ("FunctionDef", "AsyncFunctionDef", "keyword"):
                return str(above.value)
        return ""

    def is_handled(self, case: Case) -> bool:
        """Whether the new outcome is the right one: parameters that the new model takes, its own figures."""
        if case.ladder is None or case.arm is None:
            return False
        old, new = case.arm, case.ladder.arms[case.hits[1]]
        if old == new:
            return False
        written = self.written(old, case.pair)
        if written is not None and written != old.source:
            return written.strip() == new.source.strip()
        spoken = [arm for arm in (old, new) if self._speaks(arm, case.pair)]
        spoken += [new] if self._is_meant(new, case.pair) else []
        return not self.refuses(new, case.pair) if spoken else old.source.strip() == new.source.strip()

    def _is_meant(self, arm: Arm, pair: Pair) -> bool:
        """Whether an arm's own test names what the new id begins with and the old one lacks."""
        texts = [n.value for n in arm.test.among("Constant")] if arm.test is not None else []
        told = [one for one in texts if isinstance(one, str) and self.linked.names("family-text", one)]
        return any(pair.new.startswith(one) and one not in pair.old for one in told)

    def _speaks(self, arm: Arm, pair: Pair) -> bool:
        """Whether an arm is about request parameters that differ between the models."""
        return bool(self._rejected(pair).search(arm.source) or self._renamed(pair).search(arm.source))

    def refuses(self, arm: Arm, pair: Pair) -> bool:
        """Whether an arm sends a parameter that the new model refuses (taking one away is no sending)."""
        return self.refuses_code(arm.source, pair)

    def refuses_code(self, code: str, pair: Pair) -> bool:
        """The same of code."""
        kept = re.sub(r"""pop\(\s*["']\w+["']|del [^\n]*""", "", code)
        return self._rejected(pair).search(kept) is not None

    def _rejected(self, pair: Pair) -> re.Pattern[str]:
        """Request parameters that the new model refuses."""
        rules = self.planner.engine.rulebook.parameters
        names = {r.name for r in rules if pair.variant in r.variants and (r.change.rename or r.change.remove)}
        plain = sorted(name for name in names if name.isidentifier())
        return re.compile(rf"\b(?:{'|'.join(map(re.escape, plain)) or '(?!)'})\b")

    def wanted_arm(self, case: Case) -> int:
        """The arm that a new name ends in once its test is wider or it has an arm like it."""
        if case.ladder is not None and case.arm is not None and case.hits[0] == case.hits[1]:
            accepting = self.accepting(case.ladder, case.arm, case.pair)
            if accepting is not None:
                return case.ladder.arms.index(accepting)
        return case.hits[0]

    def accepting(self, ladder: Ladder, arm: Arm, pair: Pair) -> Arm | None:
        """Another arm that says by its new name what this arm says by a name that the new model refuses."""
        if not self.refuses(arm, pair):
            return None
        fitting = [
            one for one in ladder.arms if one.test is not None and self._renamed(pair).search(one.source)
        ]
        taking = (one for one in fitting if one != arm and not self.refuses(one, pair))
        return next((one for one in taking if self._gives_all(one, arm, pair)), None)

    def _gives_all(self, arm: Arm, other: Arm, pair: Pair) -> bool:
        """Whether an arm gives what another does, but for what the new model refuses."""
        refused = {name for name in given_by(other.body) if self._rejected(pair).fullmatch(name)}
        return gives_all(arm.body, other.body, refused, self.linked.names)

    def renamed(self, body: str, pair: Pair) -> str:
        """An arm with its parameters by the names that the new model takes; empty if one has none."""
        for rule in self.planner.engine.rulebook.parameters:
            if pair.variant in rule.variants and rule.change.rename and rule.name.isidentifier():
                keys = rf"""(?<=["']){rule.name}(?=["']\s*[\]:])|\b{rule.name}(?=\s*=[^=])"""
                body = re.sub(keys, rule.change.rename, body)
        return "" if self._rejected(pair).search(body) else body

    def _renamed(self, pair: Pair) -> re.Pattern[str]:
        rules = self.planner.engine.rulebook.parameters
        names = {r.change.rename for r in rules if pair.variant in r.variants and r.change.rename}
        return re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(names))) or '(?!)'})\b")

    def states_figures(self, arm: Arm, pair: Pair) -> bool:
        """Whether an arm states figures of the old model that are the new one's as well."""
        rows = Rows(self.planner, self.rewrites, self._name(arm), [])
        return bool(rows.written(Row(pair.model, arm.body), self.rewrites.catalogue.target(pair.variant)).set)


def gives_all(arm: Iterable[Node], other: Iterable[Node], refused: Collection[str], names: Names) -> bool:
    """Whether one arm gives what another does, but for what a new model refuses and whose a message is."""
    given = given_by(arm)
    return all(
        name in refused or names("message-role", text.strip("\"'")) or given.get(name) == text
        for name, text in given_by(other).items()
    )


def given_by(statements: Iterable[Node]) -> dict[str, str]:
    """What statements give by names: keywords of calls, entries of dicts, items that they set."""
    found = {}
    for node in (n for one in statements for n in one.among("keyword", "Dict", "SubscriptStore")):
        if node.kind == "keyword" and node.value:
            found[str(node.value)] = node.first.source
        elif node.kind == "Dict":
            pairs = zip(node.all("keys"), node.all("values"), strict=False)
            found.update((str(k.value), v.source) for k, v in pairs if k.kind == "Constant")
        elif node.kind == "SubscriptStore":
            key, value = node.child("slice"), node.statement.child("value")
            if key is not None and key.kind == "Constant" and value is not None:
                found[str(key.value)] = value.source
    return found


def truth(value: bool) -> str:
    return "true" if value else "false"


def outcome(arm: Arm) -> str:
    """What an arm does, in short."""
    if arm.body:
        given = f" where {arm.guard.source}" if arm.guard is not None else ""
        return f"`{brief(arm.source)}`{given}"
    held = "it holds" if arm.anchor.kind == "Assert" else "its arm"
    return "nothing" if arm.test is None else held


def _is_nested(arm: Arm) -> bool:
    return any(statement.kind in ("If", "For", "While", "Try") for statement in arm.body)


def _has_flags(node: Node) -> bool:
    """Whether a call or a dict in a statement is given `True` or a list."""
    given = (child for one in (node, *node.below("Dict", "Call", "keyword")) for child in one.children())
    return any(child.value is True or child.kind in ("List", "Tuple", "Set") for child in given)


def ends_in_raise(arm: Arm) -> bool:
    return any(statement.kind == "Raise" for statement in arm.body)
