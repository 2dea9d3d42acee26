"""From what an expression may be to the places where that stands: literals, displays, definitions, calls."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Literal, NamedTuple

from migrator.know import members
from migrator.know.members import is_declaring
from migrator.know.parameters import place_of
from migrator.know.solver import UnsolvedError
from migrator.know.values import Value, place
from migrator.read.scopes import enclosing_class

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from migrator.know.evaluator import Evaluator
    from migrator.read.nodes import FileFacts, Node
    from migrator.read.project import Project

Kind = Literal[
    "text",
    "number",
    "join",
    "external",
    "object",
    "class",
    "instance",
    "function",
    "module",
    "dict",
    "list",
    "unknown",
]


class Origin(NamedTuple):
    """One thing that an expression may be, by where it stands.

    Attributes:
        kind: a literal `text` or `number`; a text that is put together (`join`); something of a library,
            as it is imported (`external`) or what calls of it give (`object`); of the program a `class`,
            an `instance` of one, a `function`, a `module`; a display (`dict`, `list`).
        node: the literal, display or definition; the class of an instance, the call that made an object.
        path: the dotted path of what is a library's, calls written `()`; why something is `unknown`.
    """

    kind: Kind
    node: Node
    path: str = ""


_DISPLAYS: dict[str, Kind] = {"Dict": "dict", "List": "list", "Tuple": "list", "Set": "list"}
_MADE = {"defaults": "collections.defaultdict()"}
NAMESPACES = ("parse_args()", "argparse.Namespace()", "parse_known_args()")
_GIVEN_AT_START = (*NAMESPACES, "sys.argv")
_PUT_TOGETHER = ("JoinedStr", "BinOp")


class Origins:
    """The origins of what the expressions of a program may be."""

    def __init__(self, know: Evaluator) -> None:
        self.know = know
        self._found: dict[Node, tuple[Origin, ...]] = {}
        self._callers: dict[Node, list[Node]] = {}

    @property
    def project(self) -> Project:
        """The program."""
        return self.know.project

    @property
    def environment(self) -> frozenset[str]:
        return self.know.environment

    def forget(self) -> None:
        """Let go of the evaluator and of what it found."""
        self.know.forget()
        self._found.clear()
        self._callers.clear()

    def of(self, node: Node | None) -> tuple[Origin, ...]:
        """Every origin of an expression, in order of place; `unknown` ones say why there may be more."""
        if node is None:
            return ()
        found = self._found.get(node)
        if found is None:
            found = self._found[node] = self._asked(node)
        return found

    def _asked(self, node: Node) -> tuple[Origin, ...]:
        with suppress(UnsolvedError, RecursionError):
            ask = self.know.bound if node.kind == "arg" else self.know.value
            return self.placed(ask(node, self.know.frames.of(node)))
        return (Origin("unknown", node, "too many"),)

    def placed(self, values: Iterable[Value]) -> tuple[Origin, ...]:
        """The origins of some values, in order of place."""
        ordered = sorted(values, key=_order)
        return tuple(dict.fromkeys(one for value in ordered for one in self._origins(value)))

    def _origins(self, value: Value) -> Iterable[Origin]:
        if value.kind in ("function", "class", "instance") and (path := self._written_as(value)):
            return (Origin("object" if path.endswith("()") else "external", value.node, path),)
        rule = _RULES.get(value.kind)
        return rule(self, value) if rule is not None else (Origin("unknown", value.node, "computed"),)

    def _written_as(self, value: Value) -> str:
        """The dotted path of what says in Python what a library does; nothing for the program's own."""
        node = value.data if value.kind == "instance" else value.node
        if not self.know.is_written(node.file):
            return ""
        path = f"{node.file.path.partition('/')[2].removesuffix('.py').replace('/', '.')}.{node.value}"
        return f"{path}()" if value.kind == "instance" else path

    # -- values by kind ----------------------------------------------------------------------------

    def _constant(self, value: Value) -> Iterator[Origin]:
        """The literal that a constant is, if it is one; else the expression that puts it together."""
        node, data = value.node, value.constant
        if isinstance(data, bool) or not isinstance(data, (str, int, float)):
            return
        kind: Kind = "text" if isinstance(data, str) else "number"
        if node.kind == "Constant":
            yield Origin(kind, node)
        elif len(value.more) == 1 and value.more[0].kind == "Constant" and value.more[0].value == data:
            yield Origin(kind, value.more[0])
        else:
            yield _computed(node, "computed")

    def _container(self, value: Value) -> Iterator[Origin]:
        node, kind = value.node, _DISPLAYS.get(value.node.kind)
        if kind is not None:
            yield Origin(kind, node)
        elif node.kind == "Call":
            yield Origin("object", node, _MADE.get(str(value.data), str(value.data)))
        else:
            yield Origin("unknown", node, "computed")

    def _instance(self, value: Value) -> Iterator[Origin]:
        """An object by its class; a member of an enumeration by what its value is."""
        known = self.know.is_member(value)
        found = self.placed(self.know.member(value, "value", value.node, None)) if known else ()
        yield from found or (Origin("instance", value.data),)

    def _definition(self, value: Value) -> Iterator[Origin]:
        yield Origin(value.kind, value.node)  # type: ignore[arg-type]

    def _library(self, value: Value) -> Iterator[Origin]:
        """Something of a library; of what declares a field or a parameter what it declares."""
        if value.is_result and is_declaring(value):
            declared = self.placed(members.declared(self.know, value.node, value.frame))
            if declared:
                yield from declared
                return
        yield Origin("object" if "()" in value.data else "external", value.node, value.data)

    def _partial(self, value: Value) -> Iterator[Origin]:
        for inner, _ in self.know.unfolded(value):
            yield from self._origins(inner)

    def _super(self, value: Value) -> Iterator[Origin]:
        yield Origin("instance", value.node)

    def _open(self, value: Value) -> Iterator[Origin]:
        """What is not known; what may be set in place of a declared default says nothing of its own."""
        node, why = value.node, str(value.data)
        if why == "environment" and node.kind in ("Attribute", "Subscript"):
            given = any(one.path.endswith(_GIVEN_AT_START) for one in self.of(node.first))
            why = "command line" if given else why
        if why != "environment" or node.kind != "AnnAssign":
            yield _computed(node, why)

    # -- classes and calls -------------------------------------------------------------------------

    def member(self, base: Origin, name: str, node: Node) -> tuple[Origin, ...]:
        """What an attribute is of any object of a class, or of a class."""
        frames = self.know.frames
        made: dict[str, Callable[[Node], Value]] = {
            "instance": lambda cls: Value("instance", cls, None, cls),
            "class": lambda cls: Value("class", cls, frames.of(cls)),
        }
        if base.kind in made:
            with suppress(UnsolvedError, RecursionError):
                return self.placed(self.know.member(made[base.kind](base.node), name, node, frames.of(node)))
        return ()

    def mro(self, cls: Node) -> list[Node | str]:
        """A class and its bases; those outside of the program as dotted paths."""
        with suppress(UnsolvedError, RecursionError):
            return self.know.mro(cls)
        return [cls]

    def is_enum(self, cls: Node) -> bool:
        """Whether a class is an enumeration."""
        with suppress(UnsolvedError, RecursionError):
            return self.know.is_enum(cls)
        return False

    def callers(self, function: Node) -> list[Node]:
        """The calls in the program's files that give a function all that it takes."""
        found = self._callers.get(function)
        if found is None:
            found = self._callers[function] = []
            with suppress(UnsolvedError, RecursionError):
                found += sorted(self._calls(function), key=lambda call: (call.file.path, call.index))
        return found

    def _calls(self, function: Node) -> set[Node]:
        sites = {one.sites[-1] for one in self.know.invocations(function) if one.sites}
        direct = (s.call for s in sites if s.call.kind == "Call" and s.given is None and not s.skip)
        return {call for call in direct if not self.know.is_written(call.file)}

    def attribute_stores(self, cls: Node, name: str) -> list[Node]:
        """`self.name = …` in a class's methods."""
        table = cls.file.__dict__.get("_self_stores")
        if table is None:
            table = cls.file.__dict__["_self_stores"] = _self_stores(cls.file)
        return [cls.file.node(i) for i in table.get((cls.index, name), ())]


_RULES: dict[str, Callable[[Origins, Value], Iterable[Origin]]] = {
    "constant": Origins._constant,
    "mapping": Origins._container,
    "sequence": Origins._container,
    "instance": Origins._instance,
    "function": Origins._definition,
    "class": Origins._definition,
    "module": Origins._definition,
    "library": Origins._library,
    "partial": Origins._partial,
    "super": Origins._super,
    "open": Origins._open,
}


def _computed(node: Node, why: str) -> Origin:
    """What is computed: a text that is put together, as far as that is seen."""
    return Origin("join", node) if node.kind in _PUT_TOGETHER else Origin("unknown", node, why)


def _order(value: Value) -> tuple[str, int, str, str]:
    return (*place(value), value.kind, repr(value.data))


def _self_stores(file: FileFacts) -> dict[tuple[int, str], list[int]]:
    table: dict[tuple[int, str], list[int]] = {}
    kinds, values = file.tree.kind, file.tree.value
    for index in file.tree.of_kind("AttributeStore"):
        if kinds[index + 1] == "Name" and values[index + 1] in ("self", "cls"):
            owner = enclosing_class(file.nodes[index])
            if owner is not None:
                table.setdefault((owner.index, values[index]), []).append(index)
    return table


def argument_for(call: Node, function: Node, parameter: Node) -> Node | None:
    """The argument that a call passes for a parameter, by keyword or position; none if it is left out."""
    given = call.keyword(parameter.value)
    return call.positional(place_of(parameter, function)) if given is None else given
