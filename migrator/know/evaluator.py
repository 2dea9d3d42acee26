"""The one evaluator: answers every question about a program's values, each once."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Any

from migrator.know import bindings, calls, classes, contents, expressions, flow, leaving, library
from migrator.know.frames import Frames
from migrator.know.reaching import reaching
from migrator.know.solver import Solver
from migrator.know.values import NOTHING, Value, bounded, limited, opened
from migrator.read.project import last_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from migrator.know.asking import Holder
    from migrator.know.frames import Frame, Site
    from migrator.know.values import Entries, Entry, Values
    from migrator.read.facts import FileFacts
    from migrator.read.nodes import Node
    from migrator.read.project import Project

_KEPT = frozenset(
    {"Name", "Call", "Attribute", "Subscript", "BinOp", "JoinedStr", "Compare", "BoolOp", "IfExp"}
)
COMMON = 400
"""From so many loads of one attribute on, those of a class are looked for in files that speak of it."""


class Evaluator:
    """What is known about one program; see `asking.Know` for the questions.

    `environment` are the dotted getters of environment values.
    """

    def __init__(self, project: Project, environment: frozenset[str]) -> None:
        self.project = project
        self.environment = environment
        self.frames = Frames()
        self.solver = Solver(self, limited)
        self._bindings: dict[Node, list[Node]] = {}
        self._exits: dict[Node, tuple[Node, ...]] = {}

    def forget(self) -> None:
        """Let go of everything at once: cells hold nodes, which hold their files, which hold them."""
        vars(self.solver).clear()
        vars(self).clear()

    # -- values ----------------------------------------------------------------------------------

    def value(self, node: Node | None, frame: Frame | None) -> Values:
        if node is None:
            return NOTHING
        if node.kind in _KEPT:
            return self.solver.ask(expressions.expression, node, frame)
        return expressions.expression(self, node, frame)

    def bound(self, binding: Node, frame: Frame | None) -> Values:
        return self.solver.ask(bindings.bound, binding, frame)

    def targeted(self, target: Node, frame: Frame | None) -> Values:
        return bindings.targeted(self, target, frame)

    def given(self, entry: Entry) -> Values:
        return entry.known if entry.node is None else self.value(entry.node, entry.frame)

    def entries(self, mapping: Value) -> Entries:
        return self.solver.ask(contents.mapping_entries, mapping)

    def elements(self, sequence: Value) -> Entries:
        return self.solver.ask(contents.sequence_elements, sequence)

    def iterated(self, values: Values, node: Node) -> list[Value] | None:
        return contents.iterated(self, values, node)

    def outcomes(self, test: Node, frame: Frame | None) -> frozenset[bool]:
        return self.solver.ask(expressions.outcomes, test, frame)

    def reached(self, node: Node, frame: Frame | None) -> bool:
        return expressions.is_reached(self, node, frame)

    def exits(self, statement: Node) -> tuple[Node, ...]:
        known = self._exits.get(statement)
        if known is None:
            known = self._exits[statement] = leaving.exits(statement)
        return known

    def solved(self, rule: Any, *arguments: Any) -> Values:  # noqa: ANN401
        return self.solver.ask(rule, *arguments)

    def union(self, parts: Iterable[Values], node: Node) -> Values:
        return bounded(NOTHING.union(*parts), node)

    # -- members ---------------------------------------------------------------------------------

    def member(self, base: Value, name: str, node: Node, frame: Frame | None) -> Values:
        match base.kind:
            case "instance":
                return self.solver.ask(classes.instance_member, base, name, node)
            case "class":
                return classes.class_member(self, base, name, node)
            case "super":
                return classes.super_member(self, base, name, node)
            case "module":
                return self._of_module(base.node.file, name, node)
            case "library":
                return library.library_member(self, base, name, node, frame)
            case "open":
                return frozenset((base,))
            case "constant" if name in ("value", "name"):
                return frozenset((base,))
            case "mapping" | "sequence" if name == "value":
                return frozenset((base,))
            case "mapping" | "sequence" | "constant":
                return self._of_container(base, name, node, frame)
            case "encoded":
                return (
                    frozenset((Value("library", node, frame, "()", (base,)),))
                    if name != "encode"
                    else NOTHING
                )
        return frozenset((opened("computed", node),))

    def _of_container(self, base: Value, name: str, node: Node, frame: Frame | None) -> Values:
        return frozenset((Value("method", node, frame, name, base),))

    def _of_module(self, file: FileFacts, name: str, node: Node) -> Values:
        found = self.project.exported(file, name)
        if found:
            assigned = [self.bound(binding, None) for binding in found]
            return self.union([*assigned, *self._set_on_module(file, name)], node)
        inner = self._submodule(file, name)
        if inner is not None:
            return frozenset((Value("module", inner.node(0)),))
        set_there = self._set_on_module(file, name)
        if set_there:
            return self.union(set_there, node)
        getters = self.project.exported(file, "__getattr__")
        return frozenset((opened("computed", node),)) if getters else NOTHING

    def _submodule(self, file: FileFacts, name: str) -> FileFacts | None:
        folder = file.path.rpartition("/")[0]
        base = f"{folder}/{name}" if folder else name
        if not file.path.endswith("__init__.py"):
            return None
        return self.project.files.get(base + ".py") or self.project.files.get(base + "/__init__.py")

    def _set_on_module(self, file: FileFacts, name: str) -> list[Values]:
        """`module.name = …` in other files."""
        parts = []
        for store in self.stores(name):
            if store.first.kind == "Name" and store.file is not file:
                frame = self.frames.of(store)
                if any(v.kind == "module" and v.node.file is file for v in self.value(store.first, frame)):
                    parts.append(self.targeted(store, frame))
        return parts

    def fields(self, instance: Value) -> Entries:
        return self.entries(Value("mapping", instance.node, instance.frame, "fields", instance))

    def mro(self, cls: Node) -> list[Node | str]:
        found: frozenset[tuple[int, Node | str]] = self.solver.ask(classes.lineage, cls)
        order: list[Node | str] = [one for _, one in sorted(found, key=lambda pair: pair[0])]
        return order or [cls]

    def resolved(self, cls: Node, name: str) -> list[tuple[Node, Node]]:
        """The bindings of a name in the first class of a lineage that has it."""
        return classes.resolve(self, cls, name)

    def record_fields(self, cls: Node) -> dict[str, tuple[Node, Node]]:
        """The fields that a record's constructor takes; none for other classes."""
        return classes.record_fields(self, cls) if classes.is_record(self, cls) else {}

    def below(self, cls: Node) -> list[Node]:
        """The classes that build on a class."""
        return classes.subclasses(self, cls)

    # -- calls -----------------------------------------------------------------------------------

    def called(self, callee: Value, sites: tuple[Site, ...], node: Node, frame: Frame | None) -> Values:
        return calls.called(self, callee, sites, node, frame)

    def returned(self, function: Value, frame: Frame) -> Values:
        return self.solver.ask(_returned, function.node, frame)

    def argument(self, sites: tuple[Site, ...], name: str, place: int) -> tuple[Values, bool]:
        return calls.argument(self, sites, name, place)

    def arguments(self, sites: tuple[Site, ...]) -> Entries:
        return self.solver.ask(calls.arguments, sites)

    def unfolded(self, partial: Value) -> list[tuple[Value, tuple[Site, ...]]]:
        """What a `functools.partial(…)` calls in the end, with what gave arguments on the way."""
        return calls.unfolded(self, partial)

    def callbacks(self, call: Node, frame: Frame | None) -> list[tuple[int, Value]]:
        """The functions that a call hands over, by place."""
        found = []
        for place, node in enumerate(call.all("args")):
            if node.kind in ("Name", "Attribute", "Lambda", "Call"):
                values = self.value(node, frame)
                found += [(place, v) for v in values if v.kind in ("function", "partial")]
        return found

    def callers(self, function: Node) -> frozenset[Site]:
        return self.solver.ask(flow.callers, function)

    def holders(self, node: Node, frame: Frame | None) -> frozenset[Holder]:
        return self.solver.ask(flow.holders, node, frame)

    def seen(self, value: Value) -> Iterator[tuple[Node, Frame | None]]:
        """The expressions that a mapping, sequence or object is the value of."""
        for held in self.holders(value.node, value.frame):
            if not held.path and held.node is not value.node:
                yield held.node, held.frame

    # -- names -----------------------------------------------------------------------------------

    def bindings(self, name: Node) -> list[Node]:
        known = self._bindings.get(name)
        if known is None:
            found = self.project.bindings(name)
            known = self._bindings[name] = reaching(name, found) if len(found) > 1 else found
        return known

    def frame_of(self, scope: Node, frame: Frame | None) -> Frame | None:
        while scope.kind == "ClassDef":
            scope = scope.scope
        around = frame
        while around is not None and around.function is not scope:
            around = around.closure
        return around if around is not None else self.frames.any(scope)

    def loads(self, binding: Node) -> Iterator[Node]:
        """The loads of the name that a binding binds, with those that read it as a module's attribute."""
        for load in self.project.loads(binding):
            if load.kind != "Name" or binding in self.bindings(load) or load.file is not binding.file:
                yield load

    def augmented(self, target: Node) -> list[Node]:
        """The stores `name |= …` of the same name in the same scope."""
        file = target.file
        found = (file.nodes[i] for i in file.bindings.get((target.scope.index, target.value), ()))
        return [n for n in found if n is not target and n.parent is not None and n.parent.kind == "AugAssign"]

    # -- indexes ---------------------------------------------------------------------------------

    def is_unread(self, alias: Node) -> bool:
        """Whether an import names a file of the project that was not read."""
        statement = alias.parent
        if statement is None:
            return False
        module, level = statement.value if statement.kind == "ImportFrom" else (alias.value[0], 0)
        path = self.project.modules.file(alias.file.path, module, level)
        return path is not None and path not in self.project.files

    @cached_property
    def _bases(self) -> dict[str, list[Node]]:
        found: dict[str, list[Node]] = defaultdict(list)
        for file in self.project.files.values():
            for cls in file.of_kind("ClassDef"):
                for base in cls.all("bases"):
                    found[last_name(base.first if base.kind == "Subscript" else base)].append(cls)
        return found

    def deriving(self, cls: Node) -> list[Node]:
        """The classes that name a class, or one that names it, as a base, by names alone."""
        found: dict[Node, None] = {}
        names = [str(cls.value)]
        for name in names:
            for one in self._bases.get(name, ()):
                if one is not cls and one not in found:
                    found[one] = None
                    names.append(str(one.value))
        return list(found)

    @cached_property
    def _stores(self) -> dict[str, list[Node]]:
        found: dict[str, list[Node]] = defaultdict(list)
        for file in self.project.files.values():
            for index in file.tree.of_kind("AttributeStore"):
                found[file.tree.value[index]].append(file.nodes[index])
        return found

    def stores(self, name: str) -> list[Node]:
        """Every `….name = …` of the program."""
        return self._stores.get(name, [])

    def augmented_fields(self, name: str) -> list[Node]:
        """Every `….name |= …` of the program."""
        stores = self.stores(name)
        return [s for s in stores if s.parent is not None and s.parent.kind == "AugAssign"]

    @cached_property
    def _set_by_name(self) -> dict[str, list[Node]]:
        found: dict[str, list[Node]] = defaultdict(list)
        for call in self.project.calls("setattr"):
            arguments = call.all("args")
            if len(arguments) == 3 and arguments[1].kind == "Constant":
                found[str(arguments[1].value)].append(call)
        return found

    def set_by_name(self, name: str) -> list[Node]:
        """Every `setattr(x, "name", …)`."""
        return self._set_by_name.get(name, [])

    def loads_of(self, name: str, cls: Node | None) -> list[Node]:
        """Every load `….name`; of a common one of a class those in files that speak of the class."""
        loads = list(self.project.attribute_loads(name))
        if cls is not None and len(loads) >= COMMON:
            near = self.project.speaking(cls)
            loads = [load for load in loads if load.file.path in near]
        return loads

    def is_only(self, function: Node) -> bool:
        """Whether a method call on a value not known means this method, the only one of its name."""
        return self.project.functions_by_name.count(function.value) == 1 and len(function.value) > 5


def _returned(know: Evaluator, function: Node, frame: Frame) -> Values:
    return calls.returned(know, function, frame)
