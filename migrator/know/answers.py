"""The one evaluator: which rule answers which question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from migrator.know import (
    additions,
    bindings,
    callers,
    calls,
    classes,
    command_lines,
    constructing,
    expressions,
    fields,
    flow,
    given_targets,
    lookups,
    mapping_keys,
    mappings,
    members,
    module_members,
    parameters,
    record_classes,
    seen_on,
    sequences,
    visible_bindings,
)
from migrator.know.evaluator import Evaluator
from migrator.know.library import containers, made, objects, texts
from migrator.know.library.call import Call
from migrator.know.library.functions import NATIVES, super_method
from migrator.know.standing import INSTEAD, TOPS
from migrator.know.values import AWAITED, NOTHING, Entry, Value, an_open
from migrator.read.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from migrator.know.questions import Field, Holder, Invocation, Mutation, Order
    from migrator.know.values import Entries, Frame, Site, Values
    from migrator.read.nodes import FileFacts, Node

_KEPT = frozenset(
    {"Name", "Call", "Attribute", "Subscript", "BinOp", "JoinedStr", "Compare", "BoolOp", "IfExp", "UnaryOp"}
)


class Answers(Evaluator):
    """Answers by the rules of this package."""

    instead = INSTEAD
    tops = TOPS
    steps = frozenset({flow.onwards, seen_on.marks, callers.of_holder})

    def value(self, node: Node | None, frame: Frame | None) -> Values:
        if node is None:
            return NOTHING
        taken = frame.row(node) if frame is not None and frame.rows else None
        if taken is not None:
            return frozenset((taken,))
        if node.kind in _KEPT:
            return self.solver.ask(expressions.expression, node, frame)
        return expressions.expression(self, node, frame)

    def operated(self, node: Node, frame: Frame | None, name: str, sides: list[Values]) -> Values:
        return expressions.operated(self, node, frame, name, sides)

    def decided(self, values: Values) -> Values:
        return objects.decided(self, values)

    def replaces(self, decorator: Node) -> bool:
        return last_name(decorator) not in bindings.LEFT_AS_THEY_ARE

    def bound(self, binding: Node, frame: Frame | None) -> Values:
        return self.solver.ask(bindings.bound, binding, frame)

    def targeted(self, target: Node, frame: Frame | None) -> Values:
        return bindings.targeted(self, target, frame)

    def outcomes(self, test: Node, frame: Frame | None) -> frozenset[bool]:
        return self.solver.ask(visible_bindings.outcomes, test, frame)

    def reached(self, node: Node, frame: Frame | None) -> bool:
        return visible_bindings.is_reached(self, node, frame)

    def is_plain(self, value: Value) -> bool:
        return classes.is_text(self, value.data) and classes.is_enum(self, value.data)

    def entries(self, mapping: Value) -> Entries:
        return self.solver.ask(mappings.mapping_entries, mapping)

    def elements(self, sequence: Value) -> Entries:
        return self.solver.ask(sequences.sequence_elements, sequence)

    def container(self, value: Value) -> Value | None:
        kind = classes.container_kind(self, value.data)
        if not kind:
            return None
        if kind == "sequence" and classes.is_named_tuple(self, value.data):
            return Value("sequence", value.node, value.frame, "record", value)
        return Value("mapping" if kind == "defaults" else kind, value.node, value.frame, "own", value)  # type: ignore[arg-type]

    def found(self, mapping: Value, keys: Values) -> Iterable[Entry]:
        return mapping_keys.found_entries(self, mapping, keys)

    def holds_key(self, mapping: Value, key: Any) -> frozenset[bool]:  # noqa: ANN401
        return mapping_keys.holds_key(self, mapping, key)

    def lacks(self, mapping: Value, key: Value) -> bool:
        return key.kind != "constant" or mapping_keys.lacks(self, mapping, key.constant)

    def lacks_name(self, mapping: Value, key: Any) -> bool:  # noqa: ANN401
        return mapping_keys.lacks(self, mapping, key)

    def passed_on(self, value: Node, frame: Frame | None, entry: Entry) -> Entry:
        return mappings.passed_on(self, value, frame, entry)

    def filled(self, container: Value) -> frozenset[bool]:
        rule = mapping_keys.filled_mapping if container.kind == "mapping" else sequences.filled_sequence
        return self.solver.ask(rule, container)

    def changes(self, container: Value) -> frozenset[Mutation]:
        return self.solver.ask(additions.changes, container)

    def shrinks(self, container: Value) -> bool:
        return additions.shrinks(self, container)

    def member(self, base: Value, name: str, node: Node, frame: Frame | None) -> Values:
        match base.kind:
            case "instance":
                return self.solver.ask(members.instance_member, base, name, node, frame)
            case "class":
                return self.solver.ask(members.class_member, base, name, node, frame)
            case "super":
                return members.super_member(self, base, name, node, frame)
            case "module":
                return self.solver.ask(module_members.module_member, base.node.file, name, node)
            case "library":
                return objects.library_member(self, base, name, node, frame)
            case "open":
                return frozenset((base,))
            case "mapping" | "sequence" | "constant" if name == "value":
                return frozenset((base,))  # of a member that stands for what it is
            case "mapping" | "sequence" | "encoded":
                return lookups.entry_or_method(self, base, name, node, frame)
            case "constant":
                found = name == AWAITED or containers.has_method(base, name)
                return frozenset((Value("method", node, frame, name, base),)) if found else NOTHING
            case "function":
                return module_members.function_member(self, base, name, node)
        return an_open("computed", node)

    def field(self, base: Value, name: str) -> Entries:
        return self.solver.ask(fields.field, base, name)

    def fields(self, base: Value) -> Entries:
        return self.solver.ask(fields.fields, base)

    def computed_fields(self, base: Value) -> Entries:
        return self.solver.ask(fields.computed_fields, base) if self.indexes.computed_stores else frozenset()

    def has_field(self, base: Value, name: str) -> bool:
        return fields.has_field(self, base, name)

    def set_on(self, cls: Node, name: str) -> Entries:
        if not (self.stores(name) or self.set_by_name(name) or self.indexes.computed_stores):
            return frozenset()
        return self.solver.ask(fields.set_on, cls, name)

    def set_on_module(self, file: FileFacts, name: str) -> list[Values]:
        return module_members.set_on_module(self, file, name)

    def mro(self, cls: Node) -> list[Node | str]:
        found: frozenset[tuple[int, Node | str]] = self.solver.ask(classes.lineage, cls)
        order = self._orders.get(found)
        if order is None:
            order = self._orders[found] = [one for _, one in sorted(found, key=lambda pair: pair[0])]
        return order or [cls]

    def resolved(self, cls: Node, name: str, after: Node | None = None) -> list[tuple[Node, Node]]:
        return classes.resolve(self, cls, name, after)

    def record_fields(self, cls: Node) -> dict[str, Field]:
        return record_classes.record_fields(self, cls)

    def validated(self, arg: Node, method: Node) -> Iterator[Values]:
        return record_classes.validated(self, arg, method)

    def made_bases(self, cls: Node) -> list[Order]:
        return made.made_bases(self, cls)

    def made_fields(self, cls: Node) -> dict[str, Field]:
        return made.made_fields(self, cls)

    def method_of(self, name: Node) -> Node | None:
        if name not in self._methods:
            self._methods[name] = parameters.method_of(self, name)
        return self._methods[name]

    def below(self, cls: Node) -> list[Node]:
        found = self.solver.ask(parameters.subclasses, cls)
        return sorted((v.node for v in found), key=lambda n: (n.file.path, n.index))

    def instances(self, cls: Node) -> Values:
        return self.solver.ask(parameters.instances, cls)

    def is_made_unseen(self, cls: Node) -> bool:
        return self.solver.is_less_known(parameters.instances, cls)

    def constructions(self, cls: Node) -> Values:
        return self.solver.ask(_constructions, cls)

    def constructed(self, one: Invocation) -> Values:
        site = one.sites[-1]
        found = constructing.constructed(self, one.callee, one.sites, site.call, site.frame)
        return frozenset(v for v in found if v.kind == "instance")

    def is_enum(self, cls: Node) -> bool:
        return classes.is_enum(self, cls)

    def container_kind(self, cls: Node) -> str:
        return classes.container_kind(self, cls)

    def members_of(self, cls: Value, node: Node) -> Values:
        if not self.is_enum(cls.node):
            return classes.by_metaclass(self, cls, "__iter__", (), node) or an_open("computed", node)
        return classes.members_of(self, cls, node)

    def called(self, callee: Value, sites: tuple[Site, ...], node: Node, frame: Frame | None) -> Values:
        return calls.called(self, callee, sites, node, frame)

    def library_result(
        self, callee: Value, sites: tuple[Site, ...], node: Node, frame: Frame | None
    ) -> Values:
        return objects.library_result(Call(self, callee, sites, node, frame))

    def method_result(
        self, callee: Value, sites: tuple[Site, ...], node: Node, frame: Frame | None
    ) -> Values:
        call, base, name = Call(self, callee, sites, node, frame), callee.more, str(callee.data)
        if name == AWAITED and base.kind in ("constant", "mapping", "sequence"):
            return frozenset((base,))
        if base.kind == "constant":
            return texts.text_method(call, base, name)
        if base.kind == "encoded":
            return frozenset((base,)) if name in ("encode", "decode", "strip") else call.open("computed")
        if base.kind == "super":
            return super_method(call, base, name)
        return containers.container_method(call, base, name)

    def written(self, value: Value) -> Value | None:
        is_native = value.data in NATIVES and not value.more
        return self.library.value(value) if value.kind == "library" and not is_native else None

    def returned(self, function: Value, frame: Frame) -> Values:
        return self.solver.ask(calls.returned, function.node, frame)

    def argument(self, sites: tuple[Site, ...], name: str, place: int) -> tuple[Values, bool]:
        return calls.argument(self, sites, name, place)

    def arguments(self, sites: tuple[Site, ...]) -> Entries:
        return self.solver.ask(calls.arguments, sites)

    def unfolded(self, partial: Value) -> list[tuple[Value, tuple[Site, ...]]]:
        return calls.unfolded(self, partial)

    def invocations(self, function: Node) -> frozenset[Invocation]:
        found = self.solver.ask(callers.invocations, function)
        return found - {None} if None in found else found

    def is_called_unseen(self, function: Node) -> bool:
        found = self.solver.ask(callers.invocations, function)
        return None in found or self.solver.is_less_known(callers.invocations, function)

    def calls_on(self, method: Node, receiver: Value | None) -> frozenset[Invocation]:
        found = self.all_calls_on(method, receiver)
        return self.invocations(method) if found is None else found

    def all_calls_on(self, method: Node, receiver: Value | None) -> frozenset[Invocation] | None:
        if receiver is None or receiver.kind != "instance" or not self.is_written(method.file):
            return None
        found = self.solver.ask(callers.calls_on, method, receiver)
        return None if None in found else found

    def entered(self, function: Node) -> frozenset[Frame | None]:
        return self.solver.ask(callers.entered, function)

    def holders(self, node: Node, frame: Frame | None) -> frozenset[Holder]:
        return self.solver.ask(flow.holders, node, frame)

    def held_loads(self, binding: Node, frame: Frame | None, path: tuple[Any, ...]) -> Iterator[Holder]:
        return given_targets.loads(self, binding, frame, path)

    def held_on_objects(
        self, name: str, bases: Iterable[Value], frame: Frame | None, path: tuple[Any, ...]
    ) -> Iterator[Holder]:
        return seen_on.on_objects(self, name, bases, frame, path)

    def seen(self, value: Value) -> Iterator[tuple[Node, Frame | None]]:
        made_by = lookups.maker(value)
        if made_by is not None:
            yield from self._seen_by_key(made_by)
            return
        for held in self.holders(value.node, value.frame):
            if not held.path and held.node is not value.node:
                yield held.node, held.frame
        if value.kind in ("mapping", "sequence") and value.data == "own":
            yield from fields.seen_as_self(self, value.more)
        parent = value.node.parent
        if parent is not None and parent.kind in ("Attribute", "SubscriptStore"):
            yield value.node, value.frame

    def _seen_by_key(self, mapping: Value) -> Iterator[tuple[Node, Frame | None]]:
        for node, frame in self.seen(mapping):
            item = node.parent
            if item is not None and item.kind == "Subscript" and node.field == "value":
                yield from ((one.node, one.frame) for one in self.holders(item, frame) if not one.path)

    def unfollowed(self, value: Value) -> Values:
        paths = {held.path[:1] for held in self.holders(value.node, value.frame)}
        if given_targets.LOST in paths:
            return an_open("too many", value.node)
        return an_open("computed", value.node) if seen_on.UNSEEN in paths else NOTHING

    def setting(self, path: str, name: str, node: Node) -> Values:
        return objects.setting(self, path, name, node)

    def of_environment(self, keys: Values, node: Node) -> Values:
        return objects.of_environment(self, keys, node)

    def command_line(self, parsed: Value) -> Iterator[tuple[str, Values]]:
        return command_lines.command_line(self, parsed)


def _constructions(know: Evaluator, cls: Node) -> Values:
    found = (v for one in know.invocations(cls) for v in know.constructed(one))
    return frozenset(v for v in found if v.data is cls)
