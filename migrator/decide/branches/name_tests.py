"""Where code asks for a model's name: the tests, the expression asked about, and the ids that reach it."""

from __future__ import annotations

import bisect
from typing import TYPE_CHECKING, NamedTuple

from migrator.decide.branches.forms import PEELED, PREFIXES, REGEX, peeled
from migrator.read.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from migrator.decide.linked import Linked
    from migrator.decide.records import Judged
    from migrator.decide.rewrites import Rewrites
    from migrator.read.nodes import FileFacts, Node

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


class NameTests:
    """Finds tests and what reaches them."""

    def __init__(self, linked: Linked, rewrites: Rewrites) -> None:
        self.linked = linked
        self.rewrites = rewrites
        self._made: dict[tuple[FileFacts, int, str], bool] = {}
        self._general = self._project_pairs()

    def tests(self, file: FileFacts) -> list[Test]:
        """The tests of a file, each once, in source order."""
        found: dict[Node, Test] = {}
        calls = sorted(i for name in (*PREFIXES, *REGEX) for i in file.calls.get(name, ()))
        for node in map(file.node, (*self._comparisons(file), *calls)):
            subject = self._subject(node)
            if subject is not None:
                root = _root(node)
                found.setdefault(root, Test(root, subject))
        for match in dict.fromkeys(node.parent for node in file.of_kind("match_case")):
            subject = peeled(match.child("subject")) if match is not None else None
            known = subject is not None and (
                self._names_model(subject) or bool(self.rewrites.reaching(subject))
            )
            if match is not None and subject is not None and known:
                found.setdefault(match, Test(match, subject))
        plain = [test for test in found.values() if _guarded(test.root) not in found]
        return sorted(plain, key=lambda test: test.root.index)

    def _comparisons(self, file: FileFacts) -> Iterator[int]:
        """Those that may ask for a name: most compare other things, which their indexes show."""
        tree = file.tree
        for index in tree.of_kind("Compare"):
            left = index + 1
            asks = self._may_name(file, left) or self._may_name(file, tree.end[left])
            if asks or self._holds_id(file, left, tree.end[index]):
                yield index

    def _holds_id(self, file: FileFacts, first: int, end: int) -> bool:
        """Whether a text among some nodes holds an id."""
        constants = file.tree.of_kind("Constant")
        at = bisect.bisect_left(constants, first)
        inner = constants[at : bisect.bisect_left(constants, end, at)]
        return any(self._has_id(file.tree.value[index]) for index in inner)

    def _has_id(self, value: object) -> bool:
        return isinstance(value, str) and self.linked.holds_id(value)

    def _may_name(self, file: FileFacts, index: int) -> bool:
        """Whether the expression under a side of a comparison names a model."""
        kinds, values, ends = file.tree.kind, file.tree.value, file.tree.end
        is_model = self.linked.names.model
        while True:
            kind, value = kinds[index], values[index]
            if kind == "Constant":
                return False
            if kind == "Call" and kinds[index + 1] == "Attribute" and values[index + 1] in PEELED:
                index += 2
            elif kind == "Attribute" and value != "value":
                return is_model(value)
            elif kind == "Name":
                return is_model(value) or self._is_made(file, index)
            elif kind in ("Attribute", "BoolOp") or (kind == "Subscript" and kinds[index + 1] == "Call"):
                index += 1
            elif kind == "Subscript" or (kind == "Call" and values[index + 1] != "str"):
                key = ends[index + 1]
                return key < ends[index] and kinds[key] == "Constant" and is_model(str(values[key]))
            else:
                return kind in ("Call", "NamedExpr")

    def _is_made(self, file: FileFacts, index: int) -> bool:
        """Whether a name is that of a model's expression."""
        scope, name = file.tree.scope[index], file.tree.value[index]
        nearest = file.bindings.get((scope, name), ())
        if nearest and not _is_assigned_once(file, nearest):
            return False
        known = self._made.get((file, scope, name))
        if known is None:
            known = self._made[file, scope, name] = self._origin(file.node(index)) is not None
        return known

    # -- the expression asked about ----------------------------------------------------------------

    def _subject(self, node: Node) -> Node | None:
        for candidate in self._candidates(node):
            base = peeled(candidate)
            if base is None or base.kind not in ("Name", "Attribute", "Subscript", "Call"):
                continue
            if self._names_model(base) or (self._speaks(node) and self.rewrites.reaching(base)):
                return base
        return None

    def _speaks(self, test: Node) -> bool:
        """Whether a test holds an id, so that what it tests may be a model under any name."""
        return self._holds_id(test.file, test.index, test.file.tree.end[test.index])

    def _candidates(self, node: Node) -> Iterator[Node | None]:
        if node.kind == "Compare":
            membership = bool({"In", "NotIn"} & set(node.value))
            left, right = node.child("left"), node.child("comparators")
            if not (membership and left is not None and self._is_drawn(left)):
                yield left
            if not (membership and last_name(peeled(right)).endswith("s")):
                yield right
            return
        func = node.child("func")
        if func is None or func.kind != "Attribute" or not node.all("args"):
            return
        if func.value in PREFIXES:
            yield func.child("value")
        elif func.value in REGEX:
            yield node.all("args")[-1]

    def _is_drawn(self, node: Node) -> bool:
        """Whether a name stands for pieces that are tried one by one: `any(p in model for p in PIECES)`."""
        bindings = self.linked.project.bindings(node) if node.kind == "Name" else []
        return any(one.parent is not None and one.parent.kind == "comprehension" for one in bindings)

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
        reaching = self.rewrites.reaching(source or test.subject)
        found: dict[tuple[str, str], list[Judged]] = {}
        for one in reaching:
            found.setdefault((_text(one), self.rewrites.variant(one)), []).append(one)
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
        return Pair(
            text, text.replace(model, self.rewrites.catalogue.target(variant), 1), model, variant, tuple(ones)
        )

    def _project_pairs(self) -> list[Pair]:
        return [
            Pair(model, self.rewrites.catalogue.target(variant), model, variant)
            for model, variants in sorted(self.rewrites.by_model.items())
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
            variant = self.rewrites.counterpart(model)
            if variant and self.rewrites.catalogue.known(model):
                found.append(Pair(model, self.rewrites.catalogue.target(variant), model, variant))
        return found


def _guarded(test: Node) -> Node | None:
    """The `match` in one of whose cases a test is the guard."""
    case = test.parent if test.field == "guard" else None
    return case.parent if case is not None else None


def _is_assigned_once(file: FileFacts, bindings: Sequence[int]) -> bool:
    kinds, first = file.tree.kind, bindings[0]
    assigned = kinds[first] == "NameStore" and kinds[file.tree.parent[first]] == "Assign"
    return len(bindings) == 1 and assigned


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
