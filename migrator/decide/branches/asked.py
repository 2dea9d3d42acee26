"""Where code asks for a model's name: the tests, the expression asked about, and the ids that reach it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from migrator.decide.branches.predicates import peeled
from migrator.read.project import last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.engine import Judged
    from migrator.decide.linked import Linked
    from migrator.decide.moves import Moves
    from migrator.read.facts import FileFacts, Node

_STRING_TESTS = ("startswith", "endswith")
_REGEX = ("match", "search", "fullmatch")
_THROUGH = ("BoolOp", "UnaryOp", "NamedExpr", "GeneratorExp", "ListComp")
MAX_PAIRS = 12


class Test(NamedTuple):
    """A whole test (`root`), and the expression whose name it asks about."""

    root: Node
    subject: Node


class Pair(NamedTuple):
    """An old name that reaches a test and what becomes of it; `ones` are the rewrites that do it."""

    old: str
    new: str
    model: str
    variant: str
    ones: tuple[Judged, ...] = ()


class Asked:
    """Finds tests and what reaches them."""

    def __init__(self, linked: Linked, moves: Moves) -> None:
        self.linked = linked
        self.moves = moves
        self._general = self._project_pairs()

    def tests(self, file: FileFacts) -> list[Test]:
        """The tests of a file, each once, in source order."""
        found: dict[Node, Test] = {}
        calls = sorted(i for name in (*_STRING_TESTS, *_REGEX) for i in file.calls.get(name, ()))
        for node in (*file.of_kind("Compare"), *map(file.node, calls)):
            subject = self._subject(node)
            if subject is not None:
                root = _root(node)
                found.setdefault(root, Test(root, subject))
        for node in file.of_kind("match_case"):
            match = node.parent
            subject = peeled(match.child("subject")) if match is not None else None
            known = subject is not None and (self._names_model(subject) or bool(self.moves.reaching(subject)))
            if match is not None and subject is not None and known:
                found.setdefault(match, Test(match, subject))
        plain = [test for test in found.values() if _guarded(test.root) not in found]
        return sorted(plain, key=lambda test: test.root.index)

    # -- the expression asked about ----------------------------------------------------------------

    def _subject(self, node: Node) -> Node | None:
        for candidate in self._candidates(node):
            base = peeled(candidate)
            if base is None or base.kind not in ("Name", "Attribute", "Subscript", "Call"):
                continue
            if self._names_model(base) or (self._speaks(node) and self.moves.reaching(base)):
                return base
        return None

    def _speaks(self, test: Node) -> bool:
        """Whether a test holds an id, so that what it tests may be a model under any name."""
        texts = [n.value for n in test.below("Constant") if isinstance(n.value, str)]
        return any(True for text in texts for _ in self.linked.ids(text))

    def _candidates(self, node: Node) -> Iterator[Node | None]:
        if node.kind == "Compare":
            membership = bool({"In", "NotIn"} & set(node.value))
            yield node.child("left")
            right = node.child("comparators")
            if not (membership and last_name(peeled(right)).endswith("s")):
                yield right
            return
        func = node.child("func")
        if func is None or func.kind != "Attribute" or not node.all("args"):
            return
        if func.value in _STRING_TESTS:
            yield func.child("value")
        elif func.value in _REGEX:
            yield node.all("args")[-1]

    def _names_model(self, node: Node) -> bool:
        names = self.linked.names
        if node.kind == "Subscript":
            key = node.child("slice")
            return key is not None and key.kind == "Constant" and names.model(str(key.value))
        if node.kind == "Call":
            first = next(iter(node.all("args")), None)
            return first is not None and first.kind == "Constant" and names.model(str(first.value))
        name = last_name(node)
        if names.model(name) and not (name.isupper() and name.endswith("S")):
            return True
        return node.kind == "Name" and self._origin(node) is not None

    def _origin(self, name: Node) -> Node | None:
        """The model's expression that a local name was made from (`m = model.lower()`)."""
        bindings = self.linked.project.bindings(name)
        statement = bindings[0].parent if len(bindings) == 1 else None
        value = statement.child("value") if statement is not None and statement.kind == "Assign" else None
        base = peeled(value)
        if base is None or base == value or base.kind not in ("Name", "Attribute"):
            return None
        return base if self.linked.names.model(last_name(base)) else None

    # -- the ids that reach it ---------------------------------------------------------------------

    def pairs(self, test: Test) -> list[Pair]:
        """Old and new names that may be asked about: those that flow there, else the project's."""
        source = self._origin(test.subject) if test.subject.kind == "Name" else None
        reaching = self.moves.reaching(source or test.subject)
        found: dict[tuple[str, str], list[Judged]] = {}
        for one in reaching:
            found.setdefault((_text(one), self.moves.variant(one)), []).append(one)
        pairs = [self._pair(text, variant, ones) for (text, variant), ones in found.items()]
        if not pairs and not self._known(source or test.subject):
            pairs = self._general or self._counterparts(test.root)
        return pairs[:MAX_PAIRS]

    def _known(self, subject: Node) -> bool:
        """Whether every value of an expression is seen (so that nothing that moves can arrive)."""
        values = self.linked.values.of(subject)
        return any(v.kind == "text" for v in values)

    def _pair(self, text: str, variant: str, ones: list[Judged]) -> Pair:
        model = ones[0].occurrence.model
        return Pair(text, text.replace(model, self.moves.target(variant), 1), model, variant, tuple(ones))

    def _project_pairs(self) -> list[Pair]:
        return [
            Pair(model, self.moves.target(variant), model, variant)
            for model, variants in sorted(self.moves.by_model.items())
            for variant in sorted(variants)
        ]

    def _counterparts(self, root: Node) -> list[Pair]:
        """Where nothing moves in this project: the ids that the test itself names."""
        texts = [
            n.value for n in [root, *root.descendants()] if n.kind == "Constant" and isinstance(n.value, str)
        ]
        models = dict.fromkeys(model for text in texts for _, model in self.linked.ids(text))
        found = []
        for model in models:
            variant = self.moves.counterpart(model)
            if variant and self.moves.catalogue.known(model):
                found.append(Pair(model, self.moves.target(variant), model, variant))
        return found


def _guarded(test: Node) -> Node | None:
    """The `match` in one of whose cases a test is the guard."""
    case = test.parent if test.field == "guard" else None
    return case.parent if case is not None else None


def _text(one: Judged) -> str:
    return str(one.node.value) if one.node is not None else one.occurrence.model


def _root(node: Node) -> Node:
    """The whole test that an atom is part of."""
    while node.parent is not None:
        parent = node.parent
        if parent.kind in _THROUGH and not (parent.kind == "UnaryOp" and parent.value != "Not"):
            if parent.kind in ("GeneratorExp", "ListComp") and node.field != "elt":
                return node
            node = parent
        elif parent.kind == "Call" and node.kind in ("GeneratorExp", "ListComp"):
            if last_name(parent.child("func")) not in ("any", "all"):
                return node
            node = parent
        elif parent.kind == "Call" and node.field == "args" and last_name(parent.child("func")) == "bool":
            node = parent
        else:
            return node
    return node
