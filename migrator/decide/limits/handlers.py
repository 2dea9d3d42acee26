"""Tests for the old models' wording of an overflow: they learn the new one's, or are reported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.decide.limits.links import Links
from migrator.decide.limits.numbers import source
from migrator.decide.records import Additions, edit_id
from migrator.inventory import Finding
from migrator.inventory.edit_records import AddElement, Edit, ReplaceExpression
from migrator.read.scopes import FUNCTIONS, last_name, scope_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from migrator.decide.flows.flow_uses import Use
    from migrator.decide.meanings import Names
    from migrator.decide.plans import Planner
    from migrator.decide.records import Judged
    from migrator.inventory.edit_records import Operation
    from migrator.read.nodes import FileFacts, Node
    from migrator.rulebook.limit_rules import Overflow

HANDLER = "GPT55-L006"
_REGEX = frozenset({"search", "match", "findall", "finditer", "fullmatch", "compile"})
_FINDING = frozenset({"find", "startswith", "endswith", "index", "count"})
_LONGEST = 120
_DEPTH = 2


def handlers(planner: Planner) -> Additions:
    """What becomes of the texts that recognise the old error."""
    added, links = Additions(), Links(planner)
    for rule in planner.engine.rulebook.limits.overflow if planner.variants else ():
        handler = _Handler(planner, rule, links)
        for file in planner.engine.linked.project.files.values():
            for marker in _markers(file, rule):
                handler.extend(marker, added)
    return added


def _markers(file: FileFacts, rule: Overflow) -> Iterator[Node]:
    """Texts that stand in the old error and not in the new one; few files hold a piece of either."""
    values = file.tree.value
    texts = [
        (index, text)
        for index in file.tree.of_kind("Constant")
        if (text := values[index]).__class__ is str and len(text) <= _LONGEST
    ]
    all_texts = "\n".join(text for _, text in texts).lower()
    if any(old in all_texts for old in rule.old):
        for index, text in texts:
            if _is_old(text.lower(), rule):
                yield file.node(index)


def _is_old(text: str, rule: Overflow) -> bool:
    return any(old in text for old in rule.old) and not any(new in text for new in (rule.new, rule.code))


class _Handler:
    """Handles one wording in one planned run."""

    def __init__(self, planner: Planner, rule: Overflow, links: Links) -> None:
        self.planner = planner
        self.rule = rule
        self.links = links

    def extend(self, marker: Node, added: Additions) -> None:
        uses = self.planner.engine.linked.flow.uses(marker)
        tests = [
            use
            for use in uses
            if use.kind == "compare" and _is_of_error(use.node, self.planner.engine.linked.names)
        ]
        moving = [one for use in tests or _patterns(uses) for one in self._served(use.node)]
        if not moving or any(self._knows(use.node) for use in tests):
            return
        if not self._asked(tests):
            added.findings += [self._finding(use.node) for use in _patterns(uses) or tests]
            return
        for anchor, operation in self._changes(marker, tests):
            if self.planner.written(anchor.file.path, anchor.line, HANDLER):
                added.edits.append(self._edit(moving, anchor, operation))
            else:
                added.findings.append(self._finding(anchor))

    @staticmethod
    def _asked(tests: list[Use]) -> bool:
        """Whether a text is looked for in others: `marker in str(error)`."""
        return bool(tests) and all(use.node.value in (("In",), ("NotIn",)) for use in tests)

    # -- where ---------------------------------------------------------------------------------------

    def _served(self, spot: Node) -> list[Judged]:
        """What moves in the calls that the test's `try` holds, its function, or a caller's `try`."""
        found: dict[str, Judged] = {}
        for call in self._tried(spot) or self._called(scope_of(spot), _DEPTH):
            for one in self.planner.by_site[call]:
                if self.planner.moves(one):
                    found[one.id] = one
        return list(found.values())

    def _tried(self, spot: Node) -> list[Node]:
        tries = (above for above in spot.ancestors() if above.kind in ("Try", "TryStar"))
        holder = next(tries, scope_of(spot))
        if holder.kind == "Module":
            return []
        inside = [call for call in self.planner.by_site if call.inside(holder)]
        return inside or self.links.calls([spot])

    def _called(self, function: Node, depth: int) -> list[Node]:
        """The calls in the `try` of those that ask a function about their error."""
        if depth == 0 or function.kind not in FUNCTIONS:
            return []
        asking = self.planner.engine.linked.values.callers(function)
        return [
            call
            for place in asking
            for call in self._tried(place) or self._called(scope_of(place), depth - 1)
        ]

    def _knows(self, test: Node) -> bool:
        """Whether the new wording or the error's code is tested beside it."""
        whole = test.parent if test.parent is not None and test.parent.kind == "BoolOp" else test
        texts = [str(node.value).lower() for node in whole.descendants() if node.kind == "Constant"]
        return any(known in text for known in (self.rule.new, self.rule.code) for text in texts)

    # -- what ----------------------------------------------------------------------------------------

    def _changes(self, marker: Node, tests: list[Use]) -> Iterator[tuple[Node, Operation]]:
        holder = marker.parent
        if holder is not None and holder.kind in ("Tuple", "List", "Set"):
            elements = holder.all("elts")
            texts = [str(one.value).lower() for one in elements]
            if not any(known in text for known in (self.rule.new, self.rule.code) for text in texts):
                new = AddElement(source=f'"{self.rule.new}"', beside=elements.index(marker))
                yield holder, new
            return
        for use in tests:
            change = self._asked_twice(use.node)
            if change:
                yield use.node, ReplaceExpression(source=change)

    def _asked_twice(self, compare: Node) -> str:
        left, right = source(compare.child("left")), source(compare.child("comparators"))
        if not left or not right:
            return ""
        if left[0] == "'" and '"' not in left and "\\" not in left:
            left = f'"{left[1:-1]}"'
        word, joint = ("not in", "and") if compare.value == ("NotIn",) else ("in", "or")
        return f'{left} {word} {right} {joint} "{self.rule.new}" {word} {right}'

    # -- records -------------------------------------------------------------------------------------

    def _why(self) -> str:
        return f'the new model says "{self.rule.new}" where the old one said "{self.rule.old[0]}"'

    def _edit(self, moving: list[Judged], anchor: Node, operation: Operation) -> Edit:
        self.planner.groups.join_all(one.id for one in moving)
        return Edit(
            id=edit_id(anchor.file.path, anchor.span, operation),
            path=anchor.file.path,
            anchor=anchor.span,
            operation=operation,
            group=moving[0].id,
            why=self._why(),
            rule=HANDLER,
            rank=1,
            references=tuple(dict.fromkeys(one.id for one in moving)),
        )

    def _finding(self, place: Node) -> Finding:
        return Finding(
            rule=HANDLER,
            path=place.file.path,
            line=place.line,
            column=place.span[1] + 1,
            message=self._why(),
        )


def _patterns(uses: Iterable[Use]) -> list[Use]:
    """Searches for a text that no test of membership makes: patterns, positions."""
    calls = [use for use in uses if use.kind == "argument"]
    return [use for use in calls if last_name(use.node.child("func")) in (_REGEX | _FINDING)]


def _is_of_error(test: Node, names: Names) -> bool:
    """Whether a test asks about an error: in a handler, or by what it is called."""
    if any(above.kind == "ExceptHandler" for above in test.ancestors()):
        return True
    asked = (str(node.value) for node in test.descendants() if node.kind in ("Name", "Attribute"))
    return names.any("error-text", asked)
