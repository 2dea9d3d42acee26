"""Loops that look for a row by pieces of names: what every known id finds, and would find among more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from migrator.decide.branches.forms import peeled
from migrator.decide.branches.predicates import NameAsked, Predicates, Unknown
from migrator.read.ids import bare
from migrator.read.kinds import COMPREHENSIONS
from migrator.read.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from migrator.decide.catalogue import Catalogue
    from migrator.decide.linked import Linked
    from migrator.decide.tables.id_containers import Containers, Entry
    from migrator.decide.tables.needs import Case
    from migrator.decide.tables.readings import Reading
    from migrator.read.nodes import Node

_LOOPS = ("For", "AsyncFor")
_TAKES = frozenset({"Return", "Break", "Assign", "AnnAssign"})
_ENDS = ("startswith", "endswith")
_NOTHING = "\0"
_EXACT = ("index", "get", "test")


class Place(NamedTuple):
    """A row in the order of its table: the text it is found by, what it says, the entry it is or is made of.

    `target` is the id that it is new for.
    """

    text: str
    says: str
    entry: Entry
    target: str = ""


class Shift(NamedTuple):
    """A name that would find the new row of a target which is not its own, and where it is looked for."""

    name: str
    target: str
    node: Node


class Search(NamedTuple):
    """A loop over a table: its tests, with what they say of a row that is taken, and what it looks for.

    `wins`: the first row that fits, the last, or that of the longest name. `takes`: something of the row
    is taken; else it only matters whether there is one.
    """

    loop: Node
    tests: tuple[tuple[Node, bool], ...]
    subjects: tuple[Node, ...]
    wins: str
    takes: bool


def placed(entries: Iterable[Entry]) -> list[Place]:
    """The rows of a table."""
    return [Place(one.text, one.nodes[-1].source, one) for one in entries]


class Searches:
    """Plays the searches of one run."""

    def __init__(self, linked: Linked, catalogue: Catalogue, containers: Containers) -> None:
        self.linked = linked
        self.catalogue = catalogue
        self.containers = containers
        targets = tuple(catalogue.targets.values())
        known = [name for name in catalogue.models if linked.holds_id(name) and not name.startswith(targets)]
        self.known = (*known, *targets)

    def shift(self, case: Case, rows: Sequence[Place], told: Collection[str]) -> Shift | None:
        """The first name whose answer some new rows take over although they are not for it.

        Of `told` a person knows already that they have no row.
        """
        old = [row for row in rows if not row.target]
        new = {row.target for row in rows if row.target}
        prefixes = sorted({entry.prefix for entry in case.rows})
        for reading, search in self._searches(case):
            exact = _asked_first(case, reading)
            for name in self._names(search, prefixes):
                after = self._answer(search, rows, name, exact=exact)
                if after is None or bare(name) in (after.target, *told):
                    continue
                before = self._answer(search, old, name, exact=exact)
                is_other = before is None or (search.takes and before.says != after.says)
                if bare(name) in new or (after.target and is_other):
                    return Shift(name, after.target or after.text, reading.node)
        return None

    def knows(self, case: Case, name: str) -> bool:
        """Whether a search finds a row for a name."""
        old = placed(self.containers.entries(case.container))
        return any(self._answer(one, old, name, exact=True) is not None for _, one in self._searches(case))

    def fits(self, reading: Reading, template: Entry, target: str, name: str) -> bool:
        """Whether a search would find the row of a target, made like another, for a name."""
        search = search_of(reading)
        return search is not None and self._may_fit(search, Place(target, "", template, target), name)

    def shadowed(self, case: Case) -> set[str]:
        """The variants whose search would end at the row of another model."""
        old = placed(self.containers.entries(case.container))
        found = set[str]()
        for _, search in self._searches(case):
            for variant, target in self.catalogue.targets.items():
                answer = self._answer(search, old, target, exact=False)
                if answer is not None and bare(answer.text) != target:
                    found.add(variant)
        return found

    def _searches(self, case: Case) -> list[tuple[Reading, Search]]:
        """The readings of a table that are searches whose tests can be told: no name finds no row."""
        rows = placed(self.containers.entries(case.container))
        found = ((reading, search_of(reading)) for reading in case.readings)
        known = [(reading, search) for reading, search in found if search is not None]
        return [one for one in known if self._answer(one[1], rows, _NOTHING, exact=False) is None]

    def _names(self, search: Search, prefixes: Sequence[str]) -> Iterator[str]:
        """The names that a search may be asked for: those that are told, where no other comes."""
        values = [self.linked.values.of(one) for one in search.subjects]
        if all(values) and all(one.kind == "text" for found in values for one in found):
            yield from (str(one.node.value) for found in values for one in found)
            return
        for prefix in dict.fromkeys(("", *prefixes)):
            yield from (prefix + name for name in self.known)

    def _answer(self, search: Search, rows: Sequence[Place], name: str, *, exact: bool) -> Place | None:
        """The row that a name finds."""
        own = [row for row in rows if exact and (row.text == name or bare(row.text) == name)]
        if own:
            return own[0]
        fits = (row for row in rows if self._may_fit(search, row, name))
        if search.wins == "longest":
            return max(fits, key=lambda row: len(row.text), default=None)
        return next(fits, None) if search.wins == "first" else next(reversed([*fits]), None)

    def _may_fit(self, search: Search, row: Place, name: str) -> bool:
        bound = _bound(search.loop, row)
        if not bound:
            return False
        played = _Played(self.linked, frozenset(one.source for one in search.subjects), bound, row)
        asked = NameAsked("", name)
        return any(lets_in in played.truths(test, asked) for test, lets_in in search.tests)


class _Played(Predicates):
    """Tests of a loop that stands at one row, of one name."""

    def __init__(
        self, linked: Linked, subjects: frozenset[str], bound: dict[str, str | Node], row: Place
    ) -> None:
        super().__init__(linked, lambda node: str(node.value))
        self.subjects = subjects
        self.bound = bound
        self.row = row

    def value(self, node: Node | None, names: NameAsked) -> Any:  # noqa: ANN401 - as in the base class
        if node is not None and node.source in self.subjects:
            return names.text
        if node is not None and node.kind == "Name" and node.value in self.bound:
            found = self.bound[str(node.value)]
            if isinstance(found, str):
                return found
            raise Unknown
        part = self._part(node) if node is not None and node.kind in ("Attribute", "Subscript") else None
        return self._said(part) if part is not None else super().value(node, names)

    def _truth(self, test: Node, names: NameAsked) -> bool:
        return bool(self.value(test, names))

    def _part(self, node: Node) -> Node | None:
        """What a row holds under a name: `row.model`, `row["model"]`, `row[0]`."""
        base = node.first
        record = self.bound.get(str(base.value)) if base.kind == "Name" else None
        if record is None or isinstance(record, str):
            return None
        key = node.value if node.kind == "Attribute" else _constant(node.child("slice"))
        found = _held(record, key)
        if found is None:
            raise Unknown
        return found

    def _said(self, node: Node) -> str:
        if node.kind != "Constant" or not isinstance(node.value, str):
            raise Unknown
        return _renamed(node.value, self.row)


def _renamed(text: str, row: Place) -> str:
    return text.replace(row.entry.model, row.target, 1) if row.target else text


def _constant(node: Node | None) -> object:
    return node.value if node is not None and node.kind == "Constant" else None


def _held(record: Node, key: object) -> Node | None:
    """The part of a record that a name or a position says."""
    if record.kind in ("Tuple", "List") and isinstance(key, int):
        return next(iter(record.all("elts")[key:]), None)
    if record.kind == "Call":
        return record.keyword(str(key))
    if record.kind == "Dict":
        pairs = zip(record.all("keys"), record.all("values"), strict=False)
        return next((value for named, value in pairs if _constant(named) == key), None)
    if record.kind in ("Assign", "AnnAssign") and key == "value":
        return record.child("value")
    return None


def _bound(loop: Node, row: Place) -> dict[str, str | Node]:
    """What the names of a loop are at a row: the text it stands under, or what it holds."""
    target, source = loop.child("target"), loop.child("iter")
    if target is None or source is None:
        return {}
    nodes = row.entry.nodes
    in_values = any(last_name(call.first) == "values" for call in source.among("Call"))
    if target.kind == "NameStore":
        is_text = not in_values and (len(nodes) > 1 or nodes[0].kind in ("Constant", "Name", "Attribute"))
        return {str(target.value): row.text if is_text else nodes[-1]}
    names = target.all("elts")
    if len(nodes) > 1 and len(names) == 2 and not in_values:
        given: list[str | Node] = [row.text, nodes[-1]]
    else:
        held = nodes[-1].all("elts") if nodes[-1].kind in ("Tuple", "List") else []
        given = [_text(one, row) for one in held]
    pairs = zip(names, given, strict=False)
    return {str(name.value): one for name, one in pairs if name.kind == "NameStore"}


def _text(node: Node, row: Place) -> str | Node:
    is_text = node.kind == "Constant" and isinstance(node.value, str)
    return _renamed(str(node.value), row) if is_text else node


# -- the loops ---------------------------------------------------------------------------------------


def search_of(reading: Reading) -> Search | None:
    """The search that a loop is; none where it goes through all rows, or asks about nothing that is told."""
    loop = reading.node
    target = loop.child("target")
    if reading.kind != "loop" or not reading.order or target is None:
        return None
    own = {str(one.value) for one in target.among("NameStore")}
    tests = tuple(_tests(loop, own))
    wins = reading.order if reading.order == "longest" else _wins(loop, tests)
    subjects = tuple(s for test, _ in tests for s in _subjects(test, own))
    if not subjects or not wins:
        return None
    return Search(loop, tests, subjects, wins, takes=_takes(tests, own))


def _wins(loop: Node, tests: Iterable[tuple[Node, bool]]) -> str:
    """Which of the rows that fit a loop ends with; nothing where it goes through all."""
    if loop.kind not in _LOOPS:
        return _taken(loop.parent) if loop.parent is not None else ""
    if any(any(last_name(call.first) == "len" for call in test.among("Call")) for test, _ in tests):
        return "longest"
    if any(True for _ in loop.among("Return", "Break")):
        return "first"
    names = [one for test, lets_in in tests if lets_in and test.parent for one in test.parent.all("body")]
    kept = [one for one in names if one.kind == "Assign" and one.all("targets")[0].kind == "NameStore"]
    return "last" if kept else ""


def _taken(fits: Node) -> str:
    """Which of the rows that a comprehension gives is taken: by `next`, by `max` of their lengths."""
    call, names = fits.parent, [fits]
    if call is not None and call.kind == "Assign":
        stored = [one.value for one in call.all("targets") if one.kind == "NameStore"]
        scope = call.scope
        names = [one for one in scope.among("Name") if one.value in stored and one.index > call.index]
    for one in names:
        call = one.parent
        callee = last_name(call.first) if call is not None and call.kind == "Call" else ""
        if callee == "next":
            return "first"
        if call is not None and callee == "max" and call.keyword("key") is not None:
            return "longest"
    return ""


def _takes(tests: Iterable[tuple[Node, bool]], own: set[str]) -> bool:
    """Whether what is done with a row that is found names something of it."""
    for test, lets_in in tests:
        branch = test.parent
        done = branch.all("body") if branch is not None and branch.kind == "If" and lets_in else ()
        if not done or any(one.value in own for part in done for one in part.among("Name")):
            return True
    return False


def _tests(loop: Node, own: set[str]) -> Iterator[tuple[Node, bool]]:
    """The tests that decide whether a row is taken."""
    if loop.kind not in _LOOPS:
        yield from ((test, True) for test in loop.all("ifs"))
        return
    for branch in loop.among("If"):
        test = branch.child("test")
        if test is not None and any(one.value in own for one in test.among("Name")):
            body = {one.kind for one in branch.all("body")}
            if body & _TAKES:
                yield test, True
            elif "Continue" in body:
                yield test, False


def _subjects(test: Node, own: set[str]) -> Iterator[Node]:
    """The expressions of names that are held against what a row says."""
    for node in test.among("Call", "Compare"):
        sides = _sides(node)
        theirs = [side for side in sides if any(one.value in own for one in side.among("Name"))]
        if theirs:
            others = (peeled(side) for side in sides if side not in theirs and side.kind != "Constant")
            yield from (one for one in others if one is not None)


def _sides(node: Node) -> list[Node]:
    """What is asked for a piece of something, and what it is a piece of."""
    if node.kind == "Compare":
        return [node.first, *node.all("comparators")] if node.value in (("In",), ("NotIn",)) else []
    func = node.first
    is_asked = func.kind == "Attribute" and func.value in _ENDS
    return [func.first, *node.all("args")] if is_asked else []


def _asked_first(case: Case, reading: Reading) -> bool:
    """Whether the name itself is looked up where nothing is found by pieces of it."""
    scope = reading.node.scope
    return any(
        one.kind in _EXACT
        and one.node.scope in (scope, *_around(scope))
        and one.node.index < reading.node.index
        for one in case.readings
    )


def _around(scope: Node) -> Iterable[Node]:
    """The function that a comprehension stands in."""
    return (scope.scope,) if scope.kind in COMPREHENSIONS else ()
