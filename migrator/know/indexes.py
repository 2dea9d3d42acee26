"""Tables of one program, made when they are first asked for."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from migrator.know.library.written_in_python import is_written
from migrator.read.scopes import dotted, enclosing_class, last_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from migrator.read.nodes import FileFacts, Node
    from migrator.read.project import Project

COMMON = 40
"""From so many loads of one attribute on, those of a class are looked for in files that speak of it."""
_SETTING = ("setattr", "__setattr__")


class Indexes:
    """The tables of a program and of the files that say what its library does."""

    def __init__(self, project: Project, library: Sequence[FileFacts]) -> None:
        self.project = project
        self.library = library
        self.files = [*project.files.values(), *library]
        self._loads: dict[str, list[Node]] = {}
        self._starred: dict[FileFacts, list[str]] = {}
        self._gets: dict[str, list[tuple[Node, Node, bool]]] = {}

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

    def is_unread(self, alias: Node) -> bool:
        """Whether an import names a file of the project that was not read."""
        statement = alias.parent
        if statement is None:
            return False
        module, level = statement.value if statement.kind == "ImportFrom" else (alias.value[0], 0)
        path = self.project.modules.file(alias.file.path, module, level)
        return path is not None and path not in self.project.files

    @cached_property
    def stores(self) -> dict[str, list[Node]]:
        """Every `….name = …` by name."""
        found: dict[str, list[Node]] = defaultdict(list)
        for file in self.files:
            for index in file.tree.of_kind("AttributeStore"):
                found[file.tree.value[index]].append(file.nodes[index])
        return dict(found)

    @cached_property
    def declared(self) -> frozenset[str]:
        """Every name that the body of a class binds."""
        files = self.project.files.values()
        return frozenset(n for f in files for scope, n in f.bindings if f.tree.kind[scope] == "ClassDef")

    @cached_property
    def calls_of_parameters(self) -> list[tuple[Node, Node]]:
        """The calls, with something by name, of what callers outside may give, each with the parameter."""
        found: list[tuple[Node, Node]] = []
        for _, file in sorted(self.project.files.items()):
            for call in file.of_kind("Call"):
                if any(one.value is not None for one in call.all("keywords")):
                    given = _parameters(self.project, call.first)
                    found += [(call, one) for one in given if _is_offered(one)]
        return found

    @cached_property
    def _setting(self) -> list[Node]:
        found = [call for name in _SETTING for call in self.project.calls(name)]
        for file in self.library:
            found += [file.nodes[i] for name in _SETTING for i in file.calls.get(name, ())]
        return [call for call in found if len(call.all("args")) in (2, 3)]

    @cached_property
    def set_by_name(self) -> dict[str, list[Node]]:
        """Every `setattr(x, "name", …)` by name."""
        found: dict[str, list[Node]] = defaultdict(list)
        for call in self._setting:
            name = call.all("args")[-2]
            if name.kind == "Constant":
                found[str(name.value)].append(call)
        return dict(found)

    @cached_property
    def _computed_gets(self) -> list[tuple[Node, Node, str, str]]:
        """Every `getattr(x, name, …)` whose name is no literal: that, and what it begins and ends with."""
        calls = list(self.project.calls("getattr"))
        for file in self.library:
            calls += [file.nodes[i] for i in file.calls.get("getattr", ())]
        asked = [(call, call.all("args")) for call in calls if call.first.kind == "Name"]
        keys = [(call, given[1]) for call, given in asked if len(given) > 1]
        return [(call, key, *_ends(key)) for call, key in keys if key.kind not in ("Constant", "Starred")]

    def computed_gets_of(self, name: str) -> list[tuple[Node, Node, bool]]:
        """Those of them that may ask for a name, and whether that of each is put together."""
        known = self._gets.get(name)
        if known is None:
            is_text = name in self._texts
            known = self._gets[name] = [
                (call, key, bool(first or last))
                for call, key, first, last in self._computed_gets
                if (is_text or first or last) and name.startswith(first) and name.endswith(last)
            ]
        return known

    @cached_property
    def _texts(self) -> frozenset[object]:
        """Every text that stands in the program as a whole literal."""
        trees = [file.tree for file in self.project.files.values()]
        return frozenset(tree.value[at] for tree in trees for at in tree.of_kind("Constant"))

    @cached_property
    def got_by_name(self) -> dict[str, list[Node]]:
        """Every `getattr(x, "name", …)`, `vars(x)["name"]`, `x.__dict__["name"]` by name."""
        found: dict[str, list[Node]] = defaultdict(list)
        for call in self.project.calls("getattr"):
            arguments = call.all("args")
            if call.first.kind == "Name" and len(arguments) > 1 and arguments[1].kind == "Constant":
                found[str(arguments[1].value)].append(call)
        for file in self.project.files.values():
            for index in (*file.calls.get("vars", ()), *file.attributes.get("__dict__", ())):
                part = file.nodes[index].parent
                key = part.child("slice") if part is not None and part.kind == "Subscript" else None
                is_of_one = file.nodes[index].kind == "Attribute" or file.nodes[index].all("args")
                if part is not None and key is not None and key.kind == "Constant" and is_of_one:
                    found[str(key.value)].append(part)
        return dict(found)

    @cached_property
    def computed_stores(self) -> list[Node]:
        """`setattr(x, name, v)`, `x.__dict__.update(…)`, `vars(x)[name] = v`."""
        found = [call for call in self._setting if call.all("args")[-2].kind != "Constant"]
        for file in self.files:
            for index in file.attributes.get("__dict__", ()):
                found += _changing(file.nodes[index])
            for index in file.calls.get("vars", ()):
                if file.nodes[index].all("args"):
                    found += _changing(file.nodes[index])
        return found

    @cached_property
    def computed_targets(self) -> list[tuple[Node, Node]]:
        """Each of them, and what it sets a field of."""
        return [(store, _computed_target(store)) for store in self.computed_stores]

    @cached_property
    def environment_stores(self) -> list[tuple[Node, Node]]:
        """`os.environ[key] = value`, `os.environ.setdefault(key, value)`: keys and values."""
        found: list[tuple[Node, Node]] = []
        for file in self.project.files.values():
            places = [*file.attributes.get("environ", ()), *file.names.get("environ", ())]
            for node in (file.nodes[i] for i in places):
                found += _stored(node)
        for call in self.project.calls("putenv"):
            arguments = call.all("args")
            if dotted(call.first) == "os.putenv" and len(arguments) == 2:
                found.append((arguments[0], arguments[1]))
        return found

    def loads_of(self, name: str, cls: Node | None) -> list[Node]:
        """Every load `….name`; of a common one of a class those in files that speak of the class."""
        known = self._loads.get(name)
        if known is None:
            known = list(self.project.attribute_loads(name))
            for file in self.library:
                known += [file.nodes[i] for i in file.attributes.get(name, ())]
            self._loads[name] = known
        if cls is not None and len(known) >= COMMON and not is_written(cls.file):
            near = self.project.speaking(cls)
            return [load for load in known if load.file.path in near]
        return known

    def starred(self, file: FileFacts) -> list[str]:
        """The modules that are not read from which a file takes everything."""
        known = self._starred.get(file)
        if known is None:
            known = self._starred[file] = []
            for index in file.bindings.get((0, "*"), ()):
                module, level = file.tree.value[file.tree.parent[index]]
                if self.project.module(file, module, level) is None:
                    known.append(module)
        return known


def _parameters(project: Project, func: Node) -> Iterator[Node]:
    """The parameters that a name is, or an attribute of the own object is set to."""
    names = [func] if func.kind == "Name" else []
    cls = enclosing_class(func) if func.kind == "Attribute" and func.first.kind == "Name" else None
    for store in cls.among("AttributeStore") if cls is not None and func.first.value == "self" else ():
        value = store.statement.child("value") if store.value == func.value else None
        names += [value] if value is not None and value.kind == "Name" else []
    yield from (one for name in names for one in project.bindings(name) if one.kind == "arg")


def _computed_target(node: Node) -> Node:
    if node.kind == "Call" and last_name(node.first) in _SETTING:
        arguments = node.all("args")
        return node.first.first if len(arguments) == 2 else arguments[0]
    holder = node.first.first if node.kind == "Call" else node.child("value")
    assert holder is not None
    return holder.first if holder.kind == "Attribute" else holder.all("args")[0]


def _ends(key: Node) -> tuple[str, str]:
    """The texts that what an expression puts together begins and ends with."""
    parts = key.all("values") if key.kind == "JoinedStr" else [key.child("left"), key.child("right")]
    texts = [part.value if part is not None and part.kind == "Constant" else "" for part in parts]
    return (str(texts[0]), str(texts[-1])) if key.kind in ("JoinedStr", "BinOp") and texts else ("", "")


def _is_offered(parameter: Node) -> bool:
    function = parameter.parent
    if function is None or function.kind == "Lambda" or parameter.field in ("vararg", "kwarg"):
        return False
    name = str(function.value)
    return not name.startswith("_") or name in ("__init__", "__call__")


def _changing(node: Node) -> list[Node]:
    """What changes the fields of an object that `x.__dict__` or `vars(x)` stands for."""
    parent = node.parent
    if parent is None:
        return []
    if parent.kind == "SubscriptStore" and node.field == "value":
        return [parent]
    call = parent.parent
    if parent.kind == "Attribute" and parent.value == "update" and call is not None and call.kind == "Call":
        return [call] if parent.field == "func" else []
    return []


def _stored(node: Node) -> list[tuple[Node, Node]]:
    parent = node.parent
    if parent is None:
        return []
    if parent.kind == "SubscriptStore" and node.field == "value":
        key, value = parent.child("slice"), parent.statement.child("value")
        return [(key, value)] if key is not None and value is not None else []
    call = parent.parent
    if parent.kind == "Attribute" and call is not None and call.kind == "Call" and parent.field == "func":
        arguments = call.all("args")
        if parent.value in ("setdefault", "__setitem__") and len(arguments) == 2:
            return [(arguments[0], arguments[1])]
        if parent.value == "update" and arguments and arguments[0].kind == "Dict":
            keys, values = arguments[0].all("keys"), arguments[0].all("values")
            return list(zip(keys, values, strict=False))
    return []
