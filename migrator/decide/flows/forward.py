"""Where a value goes: from a literal forwards through names, parameters, attributes and collections."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, ClassVar

from migrator.decide.flows.flow_steps import MUTATORS, PASSING, field_name, is_super, same_place, unpacked
from migrator.decide.flows.flow_uses import ELEMENT, MAX_STEPS, WHOLE, Part, State, Use, entry
from migrator.decide.flows.upward_steps import (
    compared,
    formatted,
    in_dict,
    matched,
    operated,
    passed,
    subscripted,
)
from migrator.know.origins import NAMESPACES
from migrator.know.parameters import destination, has_receiver
from migrator.read.scopes import dotted, enclosing_class, enclosing_function, last_name, parameters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from migrator.know.origins import Origin, Origins
    from migrator.read.nodes import Node
    from migrator.read.project import Project


class Flow:
    """Forward flow over one project; `steps` says how a value passes each kind of parent."""

    steps: ClassVar[Mapping[str, Callable[[Any, State, Node, Node], Iterator[Use | State]]]]

    def __init__(self, project: Project, values: Origins) -> None:
        self.project = project
        self.values = values
        self._memo: dict[tuple[Node, Part], tuple[Use, ...]] = {}
        self._inside: dict[tuple[Node, str], tuple[Use, ...]] = {}
        self._attributes: dict[tuple[Node, str], tuple[Node, ...]] = {}
        self._factories: dict[Node, list[Node]] = {}

    def uses(self, node: Node, part: Part = WHOLE) -> tuple[Use, ...]:
        """Every use found of the value of an expression, bounded in steps; the order is deterministic."""
        known = self._memo.get((node, part))
        if known is None:
            known = self._memo[node, part] = tuple(self._search(node, part))
        return known

    def inside(self, call: Node, name: str) -> tuple[Use, ...]:
        """Every use of what a call is given by a name (or `#0`) that the program's own code makes of it."""
        known = self._inside.get((call, name))
        if known is None:
            found = self._into(State(call, WHOLE, (call,)), call, name)
            starts = [one for one in found if isinstance(one, State)]
            known = self._inside[call, name] = tuple(self._followed(starts))
        return known

    def _search(self, start: Node, part: Part) -> Iterator[Use]:
        yield from self._followed([State(start, part, (start,))])

    def _followed(self, starts: list[State]) -> Iterator[Use]:
        queue = deque(starts)
        seen = {(start.node, start.part) for start in starts}
        for _ in range(MAX_STEPS):
            if not queue:
                return
            state = queue.popleft()
            for found in self._step(state):
                if isinstance(found, Use):
                    yield found
                elif (found.node, found.part) not in seen:
                    seen.add((found.node, found.part))
                    queue.append(found)
                    if len(seen) > MAX_STEPS:
                        break

    def _step(self, state: State) -> Iterable[Use | State]:
        """What a value comes to next: uses, and where it is passed on."""
        parent = state.node.parent
        if parent is None:
            return ()
        handler = self.steps.get(parent.kind)
        return handler(self, state, state.node, parent) if handler is not None else ()

    # -- upwards ---------------------------------------------------------------------------------

    def _display(self, state: State, node: Node, parent: Node) -> Iterator[Use | State]:
        yield Use("display", parent, "", state.part, state.trail)
        if parent.parent is not None and parent.parent.field == "iter":
            return
        for target in unpacked(node, parent):
            yield from self._target(state, target)
        yield State(parent, ELEMENT, state.trail)

    def _attribute(self, state: State, node: Node, parent: Node) -> Iterator[Use | State]:
        call = parent.parent
        if call is not None and call.kind == "Call" and parent.field == "func":
            yield Use("method", call, parent.value, state.part, state.trail)
            yield from self._method_result(state, parent, call)
        elif state.part.kind == "entry" and state.part.key == parent.value:
            yield State(parent, WHOLE, state.trail)
        elif parent.value in ("value", "name"):
            yield State(parent, state.part, state.trail)

    def _method_result(self, state: State, parent: Node, call: Node) -> Iterator[State]:
        if parent.value in ("get", "pop") and state.part != WHOLE:
            first = next(iter(call.all("args")), None)
            matches = first is None or first.kind != "Constant" or state.part == entry(first.value)
            if matches or state.part == ELEMENT:
                yield State(call, WHOLE, state.trail)
        elif parent.value in (
            "copy",
            "items",
            "values",
            "keys",
            "union",
            "split",
            "strip",
            "lower",
            "splitlines",
        ):
            yield State(call, ELEMENT if parent.value in ("split", "splitlines") else state.part, state.trail)

    def _keyword(self, state: State, node: Node, parent: Node) -> Iterator[Use | State]:
        call = parent.parent
        if call is None or call.kind != "Call":
            return
        if parent.value is None:
            yield Use("argument", call, "**", state.part, state.trail)
            if state.part.kind == "entry":
                yield Use("argument", call, state.part.key, WHOLE, state.trail)
                yield from self._into(state._replace(part=WHOLE), call, state.part.key)
            return
        yield Use("argument", call, parent.value, state.part, state.trail)
        yield from self._into(state, call, parent.value)

    def _call(self, state: State, node: Node, parent: Node) -> Iterator[Use | State]:
        if node.field != "args":
            return
        name = f"#{parent.all('args').index(node)}"
        yield Use("argument", parent, name, state.part, state.trail)
        yield from self._into(state, parent, name)

    def _into(self, state: State, call: Node, name: str) -> Iterator[Use | State]:
        """Into the parameter of a project function, or through a constructor, getter or wrapper."""
        func = call.first
        callee = last_name(func)
        if callee in PASSING:
            part = entry(name) if callee == "dict" and not name.startswith("#") else state.part
            part = WHOLE if callee in ("choice", "next") and state.part == ELEMENT else part
            yield State(call, part, state.trail)
        if name == "default" and callee in ("add_argument", "option", "argument"):
            yield from self._command_line(state, call)
        if is_super(call):
            state = state._replace(trail=(*state.trail, call))
        if func.kind == "Attribute" and callee in MUTATORS:
            yield from self._collected(state, call, func, name)
        for value in self.values.of(func):
            yield from self._into_callee(state, value, call, name)

    def _into_callee(self, state: State, value: Origin, call: Node, name: str) -> Iterator[Use | State]:
        if value.kind == "function":
            yield from self._parameter(state, value.node, call, name)
        elif value.kind == "class" and self.values.is_enum(value.node):
            yield State(call, state.part, state.trail)
        elif value.kind == "class":
            yield from self._constructed(state, value.node, call, name)

    def is_followed(self, call: Node, name: str) -> bool:
        """Whether all that is called is the program's own, and takes what it is given by a name (or `#0`)."""
        callees, given = self.values.of(call.first), State(call, WHOLE, (call,))
        return bool(callees) and all(any(self._into_callee(given, one, call, name)) for one in callees)

    def _command_line(self, state: State, call: Node) -> Iterator[State]:
        """From an option's default to the attribute of the command line, or the command's parameter."""
        name, function = destination(call), call.parent
        if call.field == "decorator_list" and function is not None:
            for parameter in parameters(function):
                if parameter.value == name:
                    yield from self._loads(state, parameter)
            return
        for load in self.project.attribute_loads(name):
            values = self.values.of(load.first)
            if any(v.kind == "object" and v.path.endswith(NAMESPACES) for v in values):
                yield State(load, state.part, (*state.trail, call))

    def _collected(self, state: State, call: Node, func: Node, name: str) -> Iterator[State]:
        """Into the list or dict that a method changes: `options.update({…})`, `models.append(…)`."""
        base, first = func.first, next(iter(call.all("args")), None)
        part = MUTATORS[str(func.value)] or state.part
        if func.value == "setdefault" and first is not None and first.kind == "Constant":
            part = entry(first.value)
        elif func.value == "update" and not name.startswith("#"):
            part = entry(name)
        if base.kind == "Name":
            for binding in self.project.bindings(base)[:1]:
                yield from self._loads(state._replace(part=part), binding)

    def _constructed(self, state: State, cls: Node, call: Node, name: str) -> Iterator[Use | State]:
        for owner in self.values.mro(cls):
            if isinstance(owner, str):
                continue
            for index in owner.file.bindings.get((owner.index, "__init__"), ()):
                yield from self._parameter(state, owner.file.node(index), call, name)
                return
            wanted = field_name(owner, name)
            for index in owner.file.bindings.get((owner.index, wanted), ()):
                yield from self._field(state, owner.file.node(index), owner, call)
                return

    def _field(self, state: State, store: Node, owner: Node, call: Node) -> Iterator[State]:
        for load in self.attribute_loads(owner, str(store.value)):
            yield State(load, state.part, (*state.trail, call))

    def _parameter(self, state: State, function: Node, call: Node, name: str) -> Iterator[State]:
        given = parameters(function)
        if name.startswith("#"):
            position = int(name[1:]) + has_receiver(function)
            chosen = given[position : position + 1]
        else:
            chosen = [p for p in given if p.value == name]
        if not chosen:
            chosen = [p for p in function.children() if p.kind == "arg" and p.field == "kwarg"]
            if not chosen or name.startswith("#"):
                return
            state = state._replace(part=entry(name))
        for parameter in chosen:
            yield from self._loads(state, parameter)

    # -- through bindings ------------------------------------------------------------------------

    def _assign(self, state: State, node: Node, parent: Node) -> Iterator[Use | State]:
        if node.field not in ("value",):
            return
        for target in [*parent.all("targets"), *parent.all("target")]:
            yield from self._target(state, target)
        if parent.kind == "NamedExpr":
            yield State(parent, state.part, state.trail)

    def _target(self, state: State, target: Node) -> Iterator[Use | State]:
        if target.kind == "NameStore":
            owner = target.scope
            if owner.kind == "ClassDef":
                for load in self.attribute_loads(owner, str(target.value)):
                    yield State(load, state.part, (*state.trail, target))
            yield from self._loads(state, target)
        elif target.kind == "AttributeStore":
            for load in self._kept_in(state, target):
                yield State(load, state.part, (*state.trail, target))
        elif target.kind == "SubscriptStore":
            yield from self._stored_item(state, target)

    def _kept_in(self, state: State, target: Node) -> Iterable[Node]:
        """Loads of an attribute; what a class hands up to its base is its own, not a sibling's."""
        cls = enclosing_class(target)
        below = self._owner(state, cls) if cls is not None else None
        if below is None or below is cls:
            return self.attribute_path(target)
        return self.attribute_loads(below, str(target.value))

    def _owner(self, state: State, cls: Node) -> Node:
        """The class that a value came up from through `super()`, else the one that keeps it."""
        for node in state.trail:
            below = enclosing_class(node) if node.kind == "Call" and is_super(node) else None
            if below is not None and cls in self.values.mro(below):
                return below
        return cls

    def attribute_path(self, target: Node) -> Iterator[Node]:
        """Loads of an attribute that is assigned: through the class for `self`, else by the same path."""
        cls, base = enclosing_class(target), target.child("value")
        if cls is not None and base is not None and base.kind == "Name" and base.value in ("self", "cls"):
            yield from self.attribute_loads(cls, str(target.value))
            return
        path = dotted(base)
        for index in target.file.attributes.get(target.value, ()):
            load = target.file.node(index)
            if dotted(load.first) == path and enclosing_class(load) == cls:
                yield load

    def _stored_item(self, state: State, target: Node) -> Iterator[Use | State]:
        key, base = target.child("slice"), target.child("value")
        text = str(key.value) if key is not None and key.kind == "Constant" else ""
        yield Use("display", target, text, state.part, state.trail)
        if base is not None and base.kind == "Name":
            for binding in self.project.bindings(base)[:1]:
                yield from self._loads(state._replace(part=entry(text)), binding)

    def _default(self, state: State, node: Node, parent: Node) -> Iterator[Use | State]:
        if node.field == "default":
            yield from self._loads(state, parent)

    def _loads(self, state: State, binding: Node) -> Iterator[State]:
        """Loads that see a binding of a name."""
        for load in self.project.loads(binding):
            if binding in self.values.know.bindings(load) or load.scope is not binding.scope:
                yield State(load, state.part, (*state.trail, binding))

    def attribute_loads(self, cls: Node, name: str) -> tuple[Node, ...]:
        """Loads of an attribute of a class: through `self`, its subclasses and known instances."""
        known = self._attributes.get((cls, name))
        if known is None:
            known = self._attributes[cls, name] = tuple(self._attribute_loads(cls, name))
        return known

    def _attribute_loads(self, cls: Node, name: str) -> Iterator[Node]:
        for load in self.project.attribute_loads(name):
            base = load.first
            own = base.kind == "Name" and base.value in ("self", "cls")
            owner = enclosing_class(load) if own else None
            if owner is not None:
                if self._related(owner, cls):
                    yield load
            elif any(
                v.kind in ("instance", "class") and self._related(v.node, cls) for v in self.values.of(base)
            ):
                yield load

    def _related(self, one: Node, other: Node) -> bool:
        return one is other or other in self.values.mro(one) or one in self.values.mro(other)

    def _iterated(self, state: State, node: Node, parent: Node) -> Iterator[Use | State]:
        if node.field != "iter" or state.part == WHOLE:
            return
        target = parent.child("target")
        if target is not None and target.kind == "NameStore":
            yield from self._loads(state._replace(part=WHOLE), target)
        elif target is not None and target.kind in ("Tuple", "List"):
            for one in same_place(state.trail[0], target.all("elts")):
                if one.kind == "NameStore":
                    yield from self._loads(state._replace(part=WHOLE), one)

    def _returned(self, state: State, node: Node, parent: Node) -> Iterator[Use | State]:
        function = enclosing_function(parent)
        yield Use("return", parent, "", state.part, state.trail)
        if function is None:
            return
        if any(last_name(d) in ("property", "cached_property") for d in function.decorators):
            cls = enclosing_class(function)
            if cls is not None:
                for load in self.attribute_loads(self._owner(state, cls), str(function.value)):
                    yield State(load, state.part, (*state.trail, function))
        for call in self.values.callers(function):
            yield State(call, state.part, (*state.trail, function))
        for call in self._made_by(function):
            yield State(call, state.part, (*state.trail, function))

    def _made_by(self, function: Node) -> list[Node]:
        """The declarations of fields that a function is the `default_factory` of."""
        known = self._factories.get(function)
        if known is None:
            loads = self.project.loads(function) if function.kind != "Lambda" else ()
            keywords = [load.parent or load for load in loads]
            known = [one.parent or one for one in keywords if one.value == "default_factory"]
            self._factories[function] = known
        return known


Flow.steps = {
    "IfExp": passed,
    "BoolOp": passed,
    "Await": passed,
    "Starred": passed,
    "FormattedValue": passed,
    "JoinedStr": formatted,
    "BinOp": operated,
    "List": Flow._display,
    "Tuple": Flow._display,
    "Set": Flow._display,
    "Dict": in_dict,
    "Subscript": subscripted,
    "Compare": compared,
    "MatchValue": matched,
    "Match": matched,
    "Attribute": Flow._attribute,
    "keyword": Flow._keyword,
    "Call": Flow._call,
    "Assign": Flow._assign,
    "AnnAssign": Flow._assign,
    "NamedExpr": Flow._assign,
    "AugAssign": Flow._assign,
    "arg": Flow._default,
    "For": Flow._iterated,
    "AsyncFor": Flow._iterated,
    "comprehension": Flow._iterated,
    "Return": Flow._returned,
    "Yield": Flow._returned,
}
