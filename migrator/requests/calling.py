"""Which calls may send a request: by how they are written, and by what their callee is set or handed to."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from migrator.know.values import Site, Value
from migrator.read.project import local_name
from migrator.read.scopes import FUNCTIONS, dotted
from migrator.requests.addresses import Sender
from migrator.requests.bynames import ByNames, given_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from migrator.know.evaluator import Evaluator
    from migrator.know.values import Frame
    from migrator.read.nodes import FileFacts, Node
    from migrator.requests.apis import Apis
    from migrator.requests.derived_classes import Derived
    from migrator.rulebook.api_rules import Call


_TAKE_BY_NAME = ("getattr", "attrgetter", "methodcaller")

MAX_CALLEE = 200
"""Evaluations for what a name is set to that no rule speaks of."""
MAX_OBJECTS = 3


class Calling:
    """Calls of a program that a rule may speak of; what else a program calls is never evaluated."""

    def __init__(self, know: Evaluator, apis: Apis, derived: Derived) -> None:
        self.know = know
        self.apis = apis
        self.derived = derived
        self._of_names: dict[tuple[str, str, int, object], bool] = {}
        self._are_ones: dict[tuple[int, str, int, object], bool] = {}

    @cached_property
    def names(self) -> ByNames:
        """What the program's names say by themselves; few programs need it."""
        return ByNames(self.know.project, self.know.indexes)

    def candidates(self) -> Iterator[Node]:
        """The calls that may send a request, by their columns: of most no node is ever made.

        Those in files that were asked for come first: of a program without end not all is followed.
        """
        project = self.know.project
        for file in sorted(project.files.values(), key=lambda file: file.path not in project.first):
            bound = {name for _, name in file.bindings}
            for index in file.tree.of_kind("Call"):
                if self._might_send(file, index, bound):
                    yield file.nodes[index]

    def _might_send(self, file: FileFacts, index: int, bound: set[str]) -> bool:
        tree, apis = file.tree, self.apis
        at, end = index + 1, tree.end[index]
        kind, name = tree.kind[at], tree.value[at]
        if self.derived.may_make(file, at):
            return True
        if kind == "Name":
            is_bound = name in bound or "*" in bound
            if apis.knows(name) or (is_bound and self._by_scope(self._may_hold_one, file, at)):
                return True
        elif kind != "Attribute":
            if self.is_any_handed_on:
                return True
        elif apis.knows(name) or (name in self._kept and self.is_any_handed_on):
            return True
        while (at := tree.end[at]) < end and tree.field[at] == "args":
            kind = tree.kind[at]
            if kind == "Attribute" and apis.knows(tree.value[at]):
                return True
            if kind == "Name" and self._by_scope(self._may_be_sent, file, at):
                return True
        return False

    def _by_scope(self, asked: Callable[[Node], bool], file: FileFacts, index: int) -> bool:
        """What is asked of a name, once for all that mean the same."""
        key = asked.__name__, file.path, file.tree.scope[index], file.tree.value[index]
        known = self._of_names.get(key)
        if known is None:
            known = self._of_names[key] = asked(file.nodes[index])
        return known

    def is_called_so(self, call: Node) -> bool:
        """Whether a call is written as a request is: the work for a program is spent on these first."""
        formed = self.formed(call)
        return formed is not None and formed[1] is call.first

    def formed(self, call: Node) -> tuple[Call, Node] | None:
        """The rule of a call by how it is written, and what it calls or hands over to be called."""
        for node in (call.first, *call.all("args")):
            is_known = node.kind in ("Attribute", "Name") and self.apis.knows(str(node.value))
            taken = [node] if is_known else self._set_to(node) if node is not call.first else ()
            rule = next(filter(None, map(self.as_named, taken)), None)
            if rule is not None and (node is call.first or _is_given_model(call, rule)):
                return rule, node
        return None

    def by_names(self, call: Node) -> tuple[list[Call], Node]:
        """The rules of a call by names alone, and what it calls; of a parameter those of what it is given."""
        rule, callee = self.formed(call) or (self.as_named(call.first), call.first)
        if rule is not None or callee.kind != "Name":
            return ([rule] if rule is not None else []), callee
        project = self.know.project
        parameters = ((one, one.parent) for one in project.bindings(callee) if one.kind == "arg")
        given = (node for one, of in parameters if of is not None for node in given_for(project, of, one))
        rules = {rule.id: rule for node in given if (rule := self.as_named(node)) is not None}
        return [rules[name] for name in sorted(rules)], callee

    def as_named(self, func: Node) -> Call | None:
        """The rule of a call by how it is written, or by what its name is imported as."""
        if func.kind == "Attribute":
            return self.apis.by_form(func) or self._as_kept(func)
        if func.kind != "Name":
            return None
        project = self.know.project
        aliases = [one for one in project.bindings(func) if one.kind == "alias"]
        paths = map(project.imported, aliases or self._imported_as(func))
        found = (rule for path in paths if isinstance(path, str) for rule in self.apis.speaking_of(path))
        return next(found, None)

    def _imported_as(self, name: Node) -> Iterator[Node]:
        """What a file imports somewhere under a name that is set elsewhere in it."""
        if {one.kind for one in self.know.project.bindings(name)} == {"NameStore"}:
            for statement in name.file.of_kind("ImportFrom"):
                yield from (one for one in statement.children() if local_name(one) == name.value)

    def _as_kept(self, func: Node) -> Call | None:
        """The rule of what a field's module has, by what the program imports into fields of that name."""
        paths = self.names.modules(func.first) if func.first.kind == "Attribute" else ()
        return next((rule for path in paths for rule in self.apis.speaking_of(f"{path}.{func.value}")), None)

    def may_send(self, call: Node) -> bool:
        """Whether a call's own name, or that of something it is handed, is one that a rule speaks of."""
        func = call.first
        if func.kind in ("Name", "Attribute") and self.apis.knows(str(func.value)):
            return True
        if self.derived.may_make(func.file, func.index):
            return True
        return self._is_bound_to_one(func) or any(map(self._may_be_sent, call.all("args")))

    def _is_bound_to_one(self, func: Node) -> bool:
        """Whether what is called is set to what a rule speaks of, or to what a library made of that."""
        if func.kind == "Name":
            if not self._may_hold_one(func):
                return False
        elif not self.is_any_handed_on or (func.kind == "Attribute" and func.value not in self._kept):
            return False
        with self.know.aside(MAX_CALLEE):
            values = self.know.value(func, self.know.frames.of(func))
        return any(self.rules_of(v) or any(self.wrapped(v)) or self.is_made_to_call(v) for v in values)

    def is_too_much(self, func: Node) -> bool:
        """Whether what a name calls may be what a rule speaks of, among more than is found."""
        if func.kind != "Name" or not self._may_hold_one(func):
            return False
        return any(value.is_cut for value in self.know.value(func, self.know.frames.of(func)))

    @cached_property
    def _kept(self) -> frozenset[object]:
        """The names of fields that the program sets."""
        found: set[object] = set()
        for tree in (file.tree for file in self.know.project.files.values()):
            given = (at for at in tree.of_kind("keyword") if tree.kind[at + 1] != "Constant")
            found.update(tree.value[at] for at in (*tree.of_kind("AttributeStore"), *given))
            stored = tree.of_kind("NameStore")
            found.update(tree.value[at] for at in stored if tree.kind[tree.scope[at]] == "ClassDef")
        return frozenset(found)

    def _may_hold_one(self, name: Node, depth: int = 0) -> bool:
        """Whether anything is handed on in the program that a rule speaks of, and a name may be set to it."""
        return any(self._may_bind_one(b, depth) for b in self.know.project.bindings(name))

    def _may_bind_one(self, binding: Node, depth: int) -> bool:
        if binding.kind in FUNCTIONS:
            return bool(binding.decorators) and self.is_any_handed_on
        if binding.kind == "alias":
            found = self.know.project.imported(binding)
            if isinstance(found, list):
                return depth < MAX_OBJECTS and any(self._may_bind_one(b, depth + 1) for b in found)
            return isinstance(found, str) and self.apis.knows(found.rpartition(".")[2])
        return self.is_any_handed_on or binding.kind == "ClassDef"

    @cached_property
    def is_any_handed_on(self) -> bool:
        """Whether anything that a rule speaks of is taken as a value, not called where it stands."""
        return self.apis.has_objects or any(map(self._is_handed, self.know.project.files.values()))

    def _is_handed(self, file: FileFacts) -> bool:
        apis, project, tree = self.apis, self.know.project, file.tree
        for at in tree.of_kind("Attribute"):
            if tree.field[at] != "func" and apis.knows(tree.value[at]) and apis.may_be(file.nodes[at]):
                return True
        for at in tree.of_kind("Name"):
            if tree.field[at] not in ("func", "annotation", "returns") and apis.knows(tree.value[at]):
                bindings = project.bindings(file.nodes[at])
                found = [project.imported(b) for b in bindings if b.kind == "alias"]
                if any(isinstance(path, str) and any(apis.speaking_of(path)) for path in found):
                    return True
        taken = (at for name in _TAKE_BY_NAME for at in file.calls.get(name, ()))
        return any(_is_taken_by_name(file.nodes[at], apis) for at in taken)

    def _may_be_sent(self, argument: Node) -> bool:
        """Whether an argument is, by its name or by that of what it is set to, one that a rule speaks of."""
        if argument.kind != "Name":
            return argument.kind == "Attribute" and self.apis.knows(str(argument.value))
        return self._is_one(argument)

    def _is_one(self, name: Node, depth: int = 0) -> bool:
        """Whether a name is set to one that a rule speaks of, or to what a call made of such an argument.

        That is a partial, a partial of that. It is asked once for all names that mean the same.
        """
        key = depth, name.file.path, name.file.tree.scope[name.index], name.value
        known = self._are_ones.get(key)
        if known is None:
            known = any(self._set_to(name)) or any(self._is_made_so(one, depth) for one in self._values(name))
            self._are_ones[key] = known
        return known

    def _is_made_so(self, made: Node, depth: int) -> bool:
        for argument in made.all("args") if made.kind == "Call" else ():
            if argument.kind == "Attribute" and self.apis.knows(str(argument.value)):
                return True
            if argument.kind == "Name" and depth < MAX_OBJECTS and self._is_one(argument, depth + 1):
                return True
        return False

    def _set_to(self, name: Node) -> Iterator[Node]:
        """What a name is set to that is, by its own name, one that a rule speaks of."""
        for value in self._values(name) if name.kind == "Name" else ():
            if value.kind == "Attribute" and self.apis.knows(str(value.value)):
                yield value

    def _values(self, name: Node) -> Iterator[Node]:
        """What statements set a name to."""
        values = (binding.statement.child("value") for binding in self.know.project.bindings(name))
        return (value for value in values if value is not None)

    def wrapped(self, value: Value) -> Iterator[Sender]:
        """What a library's call made a function of: `retry(…)(client.….create)`."""
        if value.node.kind == "Call" and value.is_result:
            for node in value.node.all("args"):
                if self._may_be_sent(node):
                    for inner in self.know.value(node, value.frame):
                        yield from self.rules_of(inner)

    def put_in_place(self, rule: Call, call: Node, frame: Frame | None) -> Iterator[Sender]:
        """What a call sends through what stands in an API's place: `client.….create = traced(…)`."""
        for store in self._replacing.get(rule.id, ()):
            given = store.statement.child("value")
            for value in self.know.value(given, self.know.frames.of(given)) if given is not None else ():
                if value.kind == "function" and not call.inside(value.node):
                    yield from self.called_inside(value, call, frame)
                elif value.kind == "partial":
                    yield from (
                        one._replace(sites=(*one.sites, Site(call, frame))) for one in self.rules_of(value)
                    )

    @cached_property
    def _replacing(self) -> dict[str, list[Node]]:
        """The assignments to what a rule speaks of, by the rule's id."""
        found: dict[str, list[Node]] = {}
        for file in self.know.project.files.values():
            for at in file.tree.of_kind("AttributeStore"):
                if self.apis.knows(file.tree.value[at]):
                    store = file.nodes[at]
                    rule = self.apis.by_path(f"{dotted(store.first)}.{store.value}")
                    if rule is not None:
                        found.setdefault(rule.id, []).append(store)
        return found

    def is_made_to_call(self, value: Value) -> bool:
        """Whether a library made a function that calls what it is given: `methodcaller("create", …)`."""
        return (
            value.kind == "function" and value.node.kind == "Lambda" and self.know.is_written(value.node.file)
        )

    def called_inside(self, value: Value, call: Node, frame: Frame | None) -> Iterator[Sender]:
        """What such a function calls, with the arguments that it was made with."""
        inside = self.know.frames.enter(value.node, (Site(call, frame),), None, value.frame)
        for inner in value.node.among("Call"):
            for callee in self.know.value(inner.first, inside):
                for one in self.rules_of(callee):
                    yield one._replace(sites=(*one.sites, Site(inner, inside)))

    def hands_on(self, call: Node, frame: Frame | None) -> bool:
        """Whether a call hands what it is given to a library, which may call it."""
        return any(map(self._is_library, self.know.value(call.first, frame)))

    def _is_library(self, callee: Value) -> bool:
        """Whether what is called is a library's own, or an object of such a class, and no API."""
        if callee.kind == "instance":
            return self.know.is_written(callee.data.file)
        return callee.kind == "library" and self.apis.of(callee) is None

    def rules_of(self, value: Value) -> list[Sender]:
        """The rules of what a value calls in the end, with what gives arguments before."""
        if value.kind == "partial":
            inner = self.know.unfolded(value)
            return [Sender(rule, sites, v) for v, sites in inner for rule in self.apis.rules(v)]
        made = (value, *self.derived.made(value))
        return [Sender(rule, (), one) for one in made for rule in self.apis.rules(one)]


def _is_taken_by_name(call: Node, apis: Apis) -> bool:
    """Whether a call takes by its name, as a text, what a rule speaks of."""
    func = call.first
    if func.kind not in ("Name", "Attribute") or func.value not in _TAKE_BY_NAME:
        return False
    texts = (a.value for a in call.all("args") if a.kind == "Constant" and isinstance(a.value, str))
    return any(apis.knows(str(text).rpartition(".")[2]) for text in texts)


def _is_given_model(call: Node, rule: Call) -> bool:
    """Whether a call is given a model by name, or what may hold one."""
    return any(k.value is None or k.value in rule.model_names for k in call.all("keywords"))
