"""Branches on a model's name whose outcome the new ids change: wider tests, new arms, findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.decide.branches.name_tests import NameTests, Pair, Test
from migrator.decide.branches.outcomes import Case, Outcomes, ends_in_raise, truth
from migrator.decide.branches.purposes import Purposes, flag, purpose
from migrator.decide.branches.widening import Widened, Widening, test_like
from migrator.decide.records import Additions, edit_id
from migrator.decide.rewrites import Rewrites
from migrator.decide.tables.missing_keys import brief
from migrator.inventory import SAME_OUTCOME, Branch, Finding
from migrator.inventory.edit_records import AddArm, AddCase, Edit, ReplaceExpression

if TYPE_CHECKING:
    from collections.abc import Iterable

    from migrator.decide.branches.ladders import Arm, Ladder
    from migrator.decide.plans import Planner
    from migrator.decide.records import Judged
    from migrator.inventory import Action
    from migrator.inventory.edit_records import Operation
    from migrator.read.nodes import Node

RULE, ARM, WIDER = "GPT55-B001", "GPT55-B002", "GPT55-B003"


def branches(planner: Planner) -> Additions:
    """Every branch whose outcome the new ids change."""
    return Branches(planner).additions()


class Branches:
    """The branches of one run."""

    def __init__(self, planner: Planner) -> None:
        self.planner = planner
        self.linked = planner.engine.linked
        self.rewrites = Rewrites(planner)
        self.name_tests = NameTests(self.linked, self.rewrites)
        self.outcomes = Outcomes(planner, self.rewrites)
        self.predicates = self.outcomes.predicates
        self.names = sorted(self.rewrites.names().union(*planner.grown.values()))
        intents = planner.engine.rulebook.tables.intent
        self.purposes = Purposes(self.rewrites, intents, self.linked.project)
        self.lines = self.outcomes.lines
        self.found = Additions()
        self.seen: set[Node] = set()
        self.same: dict[Node, list[str]] = {}

    def additions(self) -> Additions:
        """Branches, edits and findings."""
        for file in self.linked.project.files.values():
            is_test = self.planner.engine.contexts.of(file.path, generated=file.generated) == "test"
            for test in self.name_tests.tests(file):
                if not (is_test and test.root.statement.kind == "Assert"):
                    self._judge(test)
        self._note_unchanged()
        return self.found

    # -- outcomes ----------------------------------------------------------------------------------

    def _judge(self, test: Test) -> None:
        key = self.outcomes.head(test)
        if key in self.seen:
            return
        self.seen.add(key)
        ladder = self.outcomes.ladder(key)
        if not self.names and not self.linked.mentions(test.root):
            return
        pairs = self.name_tests.pairs(test)
        cases = [case for pair in pairs if (case := self.outcomes.compared(test, ladder, pair)) is not None]
        differing = {case.pair.old for case in cases}
        self.same[key] = [pair.old for pair in pairs if pair.old not in differing]
        self._settle(cases, pairs)
        if ladder is not None and (
            any(pair.ones for pair in pairs) or _tells_names(ladder, test.subject.source)
        ):
            self._leave_unreached(test, ladder, pairs, cases)

    def _leave_unreached(self, test: Test, ladder: Ladder, pairs: list[Pair], cases: list[Case]) -> None:
        """Arms that no new name ends in keep what they say."""
        subject = test.subject.source
        extended = {b.new for b in self.found.branches if b.action == "extend" and b.line == test.root.line}
        ends = {pair.new: ladder.hit(self.predicates, subject, pair.new, after=True) for pair in pairs}
        ends |= {c.pair.new: self.outcomes.wanted_arm(c) for c in cases if c.pair.new in extended}
        if None in ends.values():
            return
        for number, arm in enumerate(ladder.arms):
            if number not in ends.values():
                path = arm.anchor.file.path
                self.planner.unreached += [(path, statement.span) for statement in arm.body]

    # -- what is done ------------------------------------------------------------------------------

    def _settle(self, cases: list[Case], pairs: list[Pair]) -> None:
        """Edits for the cases of one ladder or test; those without become findings."""
        plans = [(case, self._plan(case)) for case in cases if not self.outcomes.is_handled(case)]
        if any(
            isinstance(plan, str) and case.ladder and case.ladder.shape == "choice" for case, plan in plans
        ):
            plans = [
                (case, plan and case.arm and self.outcomes.written(case.arm, case.pair))
                for case, plan in plans
            ]
        leading = self._leading(plans)
        made: dict[Case, list[Edit]] = {}
        wider: dict[Node, list[Case]] = {}
        for case, plan in leading.values():
            if isinstance(plan, str):
                made[case] = self._grown(case, plan, [c for c, p in leading.values() if isinstance(p, str)])
            elif plan is not None:
                wider.setdefault(plan, []).append(case)
        for test, together in wider.items():
            made |= self._widened(test, together, pairs)
        for case, _ in plans:
            self._record(
                case, made.get(case) or made.get(leading[case.pair.new][0], []), shared=case not in made
            )
        left = [case for case, _ in plans if not (made.get(case) or made.get(leading[case.pair.new][0]))]
        unproven = [case for case in left if case.arm and self.outcomes.written(case.arm, case.pair) is None]
        self._report(unproven, "table-unit-unknown")
        self._report([case for case in left if case not in unproven], "branch-flips")
        for case in left:
            if case.pair.ones and self.purposes.lost(case):
                self.planner.keep(list(case.pair.ones), "branch-flips", self._sentence(case))

    def _leading(
        self, plans: list[tuple[Case, Node | str | None]]
    ) -> dict[str, tuple[Case, Node | str | None]]:
        """For every new name the case that decides what it gets: that of the nearest old model."""
        found: dict[str, tuple[Case, Node | str | None]] = {}
        for case, plan in plans:
            best = found.get(case.pair.new)
            far = self.rewrites.affinity(case.pair.model, case.pair.variant)
            if best is None or (
                best[1] is None,
                self.rewrites.affinity(best[0].pair.model, case.pair.variant),
            ) > (plan is None, far):
                found[case.pair.new] = case, plan
        return found

    def _record(self, case: Case, edits: list[Edit], *, shared: bool) -> None:
        """The branch and its edits (`shared`: those of another case, which this one's rewrites need too)."""
        node = case.test.root
        self.found.edits += [] if shared else edits
        for one in case.pair.ones:
            for edit in edits:
                self.planner.groups.join(edit.group, one.id)
        self.found.branches.append(
            Branch(
                path=node.file.path,
                line=node.line,
                predicate=brief(self._predicate(case)),
                old=case.pair.old,
                new=case.pair.new,
                before=case.before,
                after=case.after,
                action="extend" if edits else "review",
            )
        )
        for one in self._inside(case):
            verdict = self.planner.settled.get(one.id, one.verdict)
            if verdict.action == "review" and verdict.reason == "branch-flips":
                action: Action = "extend" if edits else "review"
                self.planner.settled[one.id] = verdict._replace(action=action, detail=self._sentence(case))

    def _report(self, cases: list[Case], reason: str) -> None:
        """One finding for all names that a test (or ladder) leaves to a person."""
        if not cases:
            return
        node = cases[0].test.root
        family = all(case.before in (truth(False), "nothing") for case in cases)
        self.found.findings.append(
            Finding(
                rule=RULE,
                path=node.file.path,
                line=node.line,
                message="; ".join(dict.fromkeys(self._sentence(case) for case in cases)),
                severity="note" if family else "warning",
                reason=reason,
                references=tuple(dict.fromkeys(one.id for case in cases for one in case.pair.ones)),
            )
        )

    def _predicate(self, case: Case) -> str:
        if case.arm is not None and case.ladder is not None and (case.arm.test or case.arm.guard) is not None:
            return case.arm.asks
        return case.test.subject.source if case.test.root.kind == "Match" else case.test.root.source

    def _sentence(self, case: Case) -> str:
        what = brief(self._predicate(case))
        if case.hits[0] == case.hits[1] and case.arm is not None:
            return f"`{what}` gives {case.pair.new} what is stated for {case.pair.old}: {case.before}"
        return f"`{what}`: {case.before} for {case.pair.old}, {case.after} for {case.pair.new}"

    def _plan(self, case: Case) -> Node | str | None:
        """The test to widen, or the code of a new arm; none where a person must decide."""
        if case.ladder is not None and case.arm is not None:
            return self._laddered(case, case.ladder, case.arm)
        clear = case.before == truth(True) and self.purposes.wanted(case, flag(case.test.root))
        return case.test.root if clear else None

    def _laddered(self, case: Case, ladder: Ladder, arm: Arm) -> Node | str | None:
        """A new arm where the old one states figures; a wider test where both are to have the same."""
        new = ladder.arms[case.hits[1]]
        if arm.guard is not None or new.guard is not None or self._asks_outside(case, arm):
            return None
        accepting = self.outcomes.accepting(ladder, arm, case.pair) if case.hits[0] == case.hits[1] else None
        if accepting is not None:
            after = ladder.arms.index(accepting) > case.hits[0]
            return accepting.source if after else accepting.test
        refused = ends_in_raise(new) and not ends_in_raise(arm)
        refused = refused or (
            self.outcomes.refuses(new, case.pair) and not self.outcomes.refuses(arm, case.pair)
        )
        if arm.test is None:
            return new.test if refused else None
        written = self.outcomes.written(arm, case.pair)
        if written is None or written != arm.source:
            return written
        stated = refused or self.outcomes.states_figures(arm, case.pair)
        if not (stated or self.purposes.wanted(case, purpose(arm))):
            return None
        return arm.test if case.hits[0] < case.hits[1] and ladder.shape != "match" else written

    def _asks_outside(self, case: Case, arm: Arm) -> bool:
        """Whether a test looks a name up in what is not known: the new one may stand there as well."""
        test = arm.test
        if test is None or test.kind != "Compare" or test.value[0] not in ("In", "NotIn"):
            return False
        known = self.linked.known(test.all("comparators")[0])
        is_own = test.first.source == case.subject
        return is_own and not any(v.kind in ("mapping", "sequence") for v in known)

    # -- edits -------------------------------------------------------------------------------------

    def _widened(self, test: Node, cases: list[Case], pairs: list[Pair]) -> dict[Case, list[Edit]]:
        """One wider test for all the new names that are to have what their old ones have."""
        news = sorted({case.pair.new for case in cases})
        others = [pair.new for pair in pairs if pair.new not in news]
        alike = [] if others else self._alike(cases[0], news)
        widening = Widening(self.predicates, cases[0].subject, cases[0].pair.old, news, others, alike)
        arrives = cases[0].ladder is not None and cases[0].hits[0] == cases[0].hits[1]
        why = f"{', '.join(news)} to have what {'it takes' if arrives else cases[0].pair.old + ' has'}"
        changes = widening.admitted(test) if arrives else widening.changes(test)
        edits = [self._edit(cases, change, WIDER, why) for change in changes]
        for one in (one for change in changes for one in self._judged_in(change.node)):
            if not (one.node is not None and one.node.inside(test)):
                detail = f"gains {', '.join(news)} for {test.where}"
                self.planner.settled[one.id] = one.verdict._replace(action="extend", detail=detail)
        return dict.fromkeys(cases, edits)

    def _alike(self, case: Case, news: list[str]) -> list[str]:
        """The other targets, if each of them is to have what the new names get, and nothing else fits it."""
        targets = self.rewrites.catalogue.targets
        pairs = [
            case.pair._replace(new=name, variant=variant)
            for variant, name in targets.items()
            if name not in news
        ]
        return [pair.new for pair in pairs] if all(self._fits(case, pair) for pair in pairs) else []

    def _fits(self, case: Case, pair: Pair) -> bool:
        """Whether another target is refused where it would end, and not where the wider test leads it."""
        if case.ladder is None or case.arm is None:
            return False
        if case.hits[0] == case.hits[1]:
            accepting = self.outcomes.accepting(case.ladder, case.arm, case.pair)
            return accepting is not None and accepting == self.outcomes.accepting(case.ladder, case.arm, pair)
        end = case.ladder.arms[case.hits[1]]
        return self.outcomes.refuses(end, pair) and not self.outcomes.refuses(case.arm, pair)

    def _grown(self, case: Case, body: str, together: list[Case]) -> list[Edit]:
        """One arm more, for the new id alone, ahead of every arm that either name ends in."""
        ladder, arm = case.ladder, case.arm
        if ladder is None or arm is None or arm.test is None:
            return []
        if self.lines.sends(arm.body) and self.outcomes.refuses_code(body, case.pair):
            body = self.outcomes.renamed(body, case.pair)
        if not body:
            return []
        test = test_like(arm.test, case.subject, case.pair.old, case.pair.new, self._others(case))
        hits = case.hits if " == " in test else [at for one in together for at in one.hits]
        beside = ladder.arms[min(hits)]
        operation: Operation
        if ladder.shape == "match":
            operation = AddCase(
                pattern=_pattern(arm.test, case.pair.new, arm.name), body=body, beside=beside.at
            )
        elif ladder.shape == "choice":
            operation = ReplaceExpression(source=self._choice(ladder, together))
        else:
            operation = AddArm(test=test, body=body, beside=beside.at)
        why = f"{case.pair.new} gets its own arm, like {case.pair.old}'s"
        return [
            self._edit(
                together if ladder.shape == "choice" else [case], Widened(beside.anchor, operation), ARM, why
            )
        ]

    def _others(self, case: Case) -> list[str]:
        """The other ids that are written for variants."""
        return [
            t
            for t in self.rewrites.catalogue.targets.values()
            if t != self.rewrites.catalogue.target(case.pair.variant)
        ]

    def _choice(self, ladder: Ladder, cases: list[Case]) -> str:
        """A conditional expression with one more arm for each case."""
        order = self.rewrites.ordered(case.pair.variant for case in cases)
        source = ladder.arms[0].anchor.source
        for case in sorted(cases, key=lambda case: -order.index(case.pair.variant)):
            if case.arm is not None and case.arm.test is not None:
                test = test_like(
                    case.arm.test, case.subject, case.pair.old, case.pair.new, self._others(case)
                )
                source = f"{self.outcomes.written(case.arm, case.pair)} if {test} else {source}"
        return source

    def _edit(self, cases: list[Case], change: Widened, rule: str, why: str) -> Edit:
        case, node = cases[0], change.node
        name = edit_id(node.file.path, node.span, change.operation)
        group = "b" + name[1:]
        self.planner.groups.join_all([group, *(one.id for each in cases for one in each.pair.ones)])
        order = self.rewrites.ordered(self.rewrites.catalogue.targets)
        return Edit(
            id=name,
            path=node.file.path,
            anchor=node.span,
            operation=change.operation,
            group=group,
            why=f"{why} ({case.before}; without it: {case.after})",
            rule=rule,
            rank=order.index(case.pair.variant) if case.pair.variant in order else 0,
            references=tuple(dict.fromkeys(one.id for each in cases for one in self._inside(each))),
            selected=self.planner.written(node.file.path, node.line, rule),
        )

    # -- references --------------------------------------------------------------------------------

    def _inside(self, case: Case) -> list[Judged]:
        """The references in the tests of a case that are about its old id."""
        tests = [case.test.root]
        if case.ladder is not None and case.arm is not None:
            tests = [t for t in (case.arm.test, case.ladder.arms[case.hits[1]].test) if t is not None]
        found = [one for test in tests for one in self._judged_in(test)]
        return list({one.id: one for one in found}.values())

    def _judged_in(self, node: Node) -> Iterable[Judged]:
        for inner in [node, *node.descendants()]:
            for one in self.rewrites.by_node.get(inner, ()):
                if one.verdict.role in ("comparison", "lookup-key"):
                    yield one

    def _note_unchanged(self) -> None:
        for key, names in self.same.items():
            tested = key.child("test") if key.kind in ("If", "IfExp") else key
            for one in self._judged_in(tested or key):
                if one.id not in self.planner.settled and names and one.verdict.action == "review":
                    detail = f"{SAME_OUTCOME}{', '.join(names)}"
                    self.planner.settled[one.id] = one.verdict._replace(detail=detail)


def _tells_names(ladder: Ladder, subject: str) -> bool:
    """Whether an arm asks the subject for a name, or a piece of one (`if llm is not None` does not)."""
    tests = [arm.test for arm in ladder.arms if arm.test is not None]
    for atom in (node for test in tests for node in (test, *test.descendants())):
        below = list(atom.descendants()) if atom.kind in ("Compare", "Call") else []
        spoken = any(one.kind == "Constant" and isinstance(one.value, str) for one in below)
        if spoken and any(one.source == subject for one in below):
            return True
    return any(
        arm.test is not None and arm.test.parent is not None and arm.test.parent.kind == "match_case"
        for arm in ladder.arms
    )


def _pattern(pattern: Node, new: str, name: str) -> str:
    literal = next((n for n in [pattern, *pattern.descendants()] if n.kind == "Constant"), None)
    quote = literal.source[-1] if literal is not None else '"'
    return f"{quote}{new}{quote} as {name}" if name else f"{quote}{new}{quote}"
