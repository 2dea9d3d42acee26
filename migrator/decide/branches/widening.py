"""A test that was true for an old name, made true for the new one too."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, NamedTuple

from migrator.decide.branches.predicates import NameAsked, Predicates, Unknown
from migrator.decide.tables.splicing import spliced
from migrator.inventory.edit_records import AddElement, ReplaceExpression
from migrator.read.kinds import COLLECTIONS
from migrator.read.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from migrator.inventory.edit_records import Operation
    from migrator.read.nodes import Node


class Widened(NamedTuple):
    """What is done to one part of a test."""

    node: Node
    operation: Operation


class Widening:
    """Widens one test of `subject` from `old` to `news` (new names whose outcome is to be the old one's).

    `others` are further names that reach the test and keep their outcome, `alike` such as may have the same.
    """

    def __init__(
        self,
        predicates: Predicates,
        subject: str,
        old: str,
        news: Sequence[str],
        others: Sequence[str] = (),
        alike: Sequence[str] = (),
    ) -> None:
        self.predicates = predicates
        self.subject = subject
        self.old = old
        self.news = sorted(news)
        self.others = others
        self.alike = alike

    def changes(self, test: Node) -> list[Widened]:
        """The changes under which the test says of every new name what it said of the old, if known."""
        found: list[Widened] = []
        for atom in self._atoms(test):
            truths = [self._truth(atom, name) for name in (self.old, *self.news)]
            if None in truths:
                return []
            if all(truth == truths[0] for truth in truths):
                continue
            change = self._widened(atom, bool(truths[0]))
            if not change:
                return []
            found += change
        return found

    def admitted(self, test: Node) -> list[Widened]:
        """The changes under which a test that is a list of what it accepts accepts the new names too."""
        if test.kind == "BoolOp" and test.value == "And":
            return []
        for atom in reversed(list(self._atoms(test))):
            found = self._widened(atom, True)
            if found:
                return found
        return []

    def _atoms(self, test: Node) -> Iterator[Node]:
        if test.kind == "BoolOp":
            for part in test.all("values"):
                yield from self._atoms(part)
        elif test.kind == "UnaryOp" and test.value == "Not":
            yield from self._atoms(test.child("operand") or test)
        elif test.kind == "Call" and last_name(test.child("func")) == "bool" and test.all("args"):
            yield from self._atoms(test.all("args")[0])
        elif any(node.source == self.subject for node in [test, *test.descendants()]):
            yield test

    def _truth(self, atom: Node, name: str) -> bool | None:
        try:
            return self.predicates.truth(atom, NameAsked(self.subject, name))
        except Unknown:
            return None

    # -- shapes ------------------------------------------------------------------------------------

    def _widened(self, atom: Node, truth: bool) -> list[Widened]:
        if atom.kind == "Compare" and len(atom.value) == 1:
            return self._compared(atom, str(atom.value[0]), truth)
        if atom.kind == "Call" and truth:
            name = last_name(atom.child("func"))
            if name == "any":
                return self._generated(atom)
            if name == "startswith":
                return self._prefixed(atom)
            if name in ("match", "search", "fullmatch"):
                return self._matched(atom, name)
        return []

    def _compared(self, atom: Node, operator: str, truth: bool) -> list[Widened]:
        left, right = atom.child("left"), atom.child("comparators")
        if left is None or right is None:
            return []
        if (operator, truth) in (("Eq", True), ("NotEq", False)):
            return self._equal(atom, left, right, "in" if operator == "Eq" else "not in")
        if (operator, truth) in (("In", True), ("NotIn", False)):
            if right.kind in ("Tuple", "List", "Set"):
                return self._listed(right)
            if left.kind == "Name" and operator == "In":
                return self._collected(left)
            if left.kind == "Constant" and operator == "In":
                if self._catches_others:
                    return self._named(atom)
                more = f"{_quoted(left, self.shared)} in {right.source}"
                return [Widened(atom, ReplaceExpression(source=f"{atom.source} or {more}"))]
        return []

    def _equal(self, atom: Node, left: Node, right: Node, operator: str) -> list[Widened]:
        literal, tested = (right, left) if right.kind == "Constant" else (left, right)
        if literal.kind != "Constant":
            return []
        choices = ", ".join([literal.source, *(_quoted(literal, name) for name in self.news)])
        return [Widened(atom, ReplaceExpression(source=f"{tested.source} {operator} ({choices})"))]

    def _listed(self, collection: Node) -> list[Widened]:
        elements = [n for n in collection.all("elts") if n.kind == "Constant" and isinstance(n.value, str)]
        same = [n for n in elements if n.value == self.old]
        if not elements:
            return []
        template = (same or elements)[-1]
        beside = collection.all("elts").index(template)
        return [
            Widened(collection, AddElement(source=_quoted(template, new), beside=beside)) for new in self.news
        ]

    def _prefixed(self, atom: Node) -> list[Widened]:
        arguments = atom.all("args")
        if len(arguments) != 1:
            return []
        if arguments[0].kind == "Name":
            return self._collected(arguments[0])
        if self._catches_others:
            return self._named(atom)
        given = arguments[0]
        if given.kind == "Tuple" and given.all("elts") and given.all("elts")[-1].kind == "Constant":
            last = given.all("elts")[-1]
            source = _quoted(last, self.shared)
            return [Widened(given, AddElement(source=source, beside=len(given.all("elts")) - 1))]
        if given.kind != "Constant":
            return []
        return [Widened(given, ReplaceExpression(source=f"({given.source}, {_quoted(given, self.shared)})"))]

    def _generated(self, atom: Node) -> list[Widened]:
        """`any(model.startswith(p) for p in PREFIXES)`."""
        arguments = atom.all("args")
        tested = arguments[0].child("elt") if len(arguments) == 1 else None
        return self._widened(tested, True) if tested is not None else []

    def _collected(self, name: Node) -> list[Widened]:
        """A collection that nothing but this test reads gains what the new names begin with."""
        display = self._display(name)
        texts = display.all("elts") if display is not None else []
        if display is None or not texts or any(not isinstance(n.value, str) for n in texts):
            return []
        added = self.news if self._catches_others else [self.shared]
        if any(other.startswith(tuple(added)) for other in self.others):
            return []
        beside = len(texts) - 1
        return [
            Widened(display, AddElement(source=_quoted(texts[-1], text), beside=beside)) for text in added
        ]

    def _display(self, name: Node) -> Node | None:
        """The display behind a name, or behind what a loop's variable goes over, if it is read only here."""
        project = self.predicates.linked.project
        for _ in range(2):
            bindings = project.bindings(name)
            holder = bindings[0].parent if len(bindings) == 1 else None
            if holder is None or len(list(project.loads(bindings[0]))) != 1:
                return None
            value = holder.child("iter" if holder.kind in ("For", "comprehension") else "value")
            if value is not None and value.kind == "Attribute":
                return self._kept(value)
            if value is None or value.kind != "Name":
                return value if value is not None and value.kind in COLLECTIONS else None
            name = value
        return None

    def _kept(self, attribute: Node) -> Node | None:
        """The display that a class keeps under a name, if it is read only here."""
        linked = self.predicates.linked
        found = linked.values.of(attribute)
        loads = list(linked.project.attribute_loads(str(attribute.value)))
        only = len(found) == len(loads) == 1 and found[0].node.kind in COLLECTIONS
        return found[0].node if only else None

    def _matched(self, atom: Node, name: str) -> list[Widened]:
        pattern = atom.all("args")[0]
        if len(atom.all("args")) != 2 or pattern.kind != "Constant":
            return []
        if self._catches_others:
            return self._named(atom)
        more = re.escape(self.shared).replace(r"\-", "-") + (".*" if name == "fullmatch" else "")
        body = pattern.source
        if not body.lower().startswith("r"):
            more = more.replace("\\", "\\\\")
        return [Widened(pattern, ReplaceExpression(source=f"{body[:-1]}|{more}{body[-1]}"))]

    def _named(self, atom: Node) -> list[Widened]:
        """Beside a test of a prefix: the new names as a whole, where their prefix would catch others."""
        names = ", ".join(f'"{name}"' for name in self.news)
        more = f"{self.subject} in ({names})" if len(self.news) > 1 else f"{self.subject} == {names}"
        return [Widened(atom, ReplaceExpression(source=f"{atom.source} or {more}"))]

    @property
    def _catches_others(self) -> bool:
        return any(other.startswith(self.shared) for other in self.others)

    @property
    def shared(self) -> str:
        """What the new names begin with."""
        first, last = min((*self.news, *self.alike)), max((*self.news, *self.alike))
        same = itertools.takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False))
        return "".join(one for one, _ in same).rstrip("-.")


def _quoted(literal: Node, text: str) -> str:
    """A string in the quotes of another."""
    source = literal.source
    quote = source[-1]
    return f"{quote}{text}{quote}" if quote in "'\"" else repr(text)


def test_like(test: Node, subject: str, old: str, new: str, others: Sequence[str]) -> str:
    """A test for `new` alone, in the form of the test that fits `old`; exact where others begin like it."""
    for atom in [test, *test.descendants()]:
        literals = [
            n for n in atom.descendants() if n.kind == "Constant" and isinstance(n.value, str) and n.value
        ]
        if (
            atom.kind in ("Compare", "Call")
            and literals
            and any(n.source == subject for n in atom.descendants())
        ):
            literal = next((n for n in literals if n.value in old), literals[0])
            if _is_simple(atom, literal) and not any(other.startswith(new) for other in others):
                return spliced(atom, [(literal, _quoted(literal, new))])
            return f"{subject} == {_quoted(literal, new)}"
    return f'{subject} == "{new}"'


def _is_simple(atom: Node, literal: Node) -> bool:
    """Whether a test compares with one literal: `==`, `in` a name, `startswith`."""
    if atom.kind == "Call":
        return last_name(atom.child("func")) == "startswith" and atom.all("args") == [literal]
    sides = (atom.child("left"), atom.child("comparators"))
    return (atom.value == ("Eq",) and literal in sides) or (atom.value == ("In",) and literal == sides[0])
