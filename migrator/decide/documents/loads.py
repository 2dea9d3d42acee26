"""Which data files a program loads: the path of a loader's argument, followed back to its parts."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from migrator.data.formats import is_data
from migrator.know.origins import argument_for
from migrator.read.scopes import FUNCTIONS, enclosing_class, last_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from migrator.know.origins import Origins
    from migrator.read.nodes import Node
    from migrator.read.project import Project

    NameTest = Callable[[str, str], bool]

_DEPTH = 8
_MANY = 12
_COMMON = 40
"""A function that is called more often (or shares its name) does not load one table."""


class Spot(NamedTuple):
    """A path: below the root if `anchored`, else relative to where the program starts or to a package.

    `via` is the call that gave a part of it to the function that loads.
    """

    path: str
    anchored: bool = False
    via: Node | None = None


class Loading(NamedTuple):
    """A call whose value is what a data file holds, and where that file may be; the likeliest first."""

    call: Node
    candidates: tuple[str, ...]


class Loads:
    """Finds the loads of one project. `names` tests names against rules/names.toml."""

    def __init__(self, project: Project, values: Origins, names: NameTest) -> None:
        self.project = project
        self.values = values
        self.names = names
        self._memo: dict[Node, list[Spot]] = {}
        self._getters = {path.rpartition(".")[2] for path in values.environment}

    def all(self) -> Iterator[Loading]:
        """Every load whose path is known; a wrapper's loads are those of its callers."""
        for call in self._loaders():
            for spot in self._spots(next(iter(call.all("args")), None) or call.keyword("stream"), 0)[:_MANY]:
                if is_data(spot.path):
                    yield Loading(self._given(call, spot.via), tuple(_candidates(spot, call.file.path)))
        yield from self._arguments()

    def _arguments(self) -> Iterator[Loading]:
        """Functions that a decorator gives the content of a file: `@main(config_path=…, config_name=…)`."""
        for call in self.project.calls("main"):
            function = call.parent
            found = self.values.of(call.child("func"))
            is_one = any(self.names("config-argument", v.path) for v in found if v.kind == "external")
            if not is_one or function is None or call.field != "decorator_list":
                continue
            given = [_text(call.keyword("config_path")), _text(call.keyword("config_name"))]
            arguments = [function.file.node(i) for i in function.file.parameters.get(function.index, ())]
            path = posixpath.join(posixpath.dirname(call.file.path), given[0], given[1])
            if arguments and given[1]:
                stem = path.removesuffix(".yaml")
                yield Loading(arguments[0], (f"{stem}.yaml", f"{stem}.yml"))

    def _loaders(self) -> Iterator[Node]:
        last_names = {"load", "loads", "safe_load", "full_load", "unsafe_load", "read_json", "read_yaml"}
        for name in sorted(last_names):
            for call in self.project.calls(name):
                found = self.values.of(call.child("func"))
                if any(v.kind in ("external", "object") and self.names("data-loader", v.path) for v in found):
                    yield call

    def _given(self, load: Node, via: Node | None) -> Node:
        """The call of a wrapper, where it gives what the wrapper loads."""
        gives = via is not None and any(value.node == load for value in self.values.of(via))
        return via if via is not None and gives else load

    # -- paths -------------------------------------------------------------------------------------

    def spots(self, node: Node | None) -> list[Spot]:
        """Where the file may be that an expression names or reads."""
        return self._spots(node, 0)[:_MANY]

    @staticmethod
    def candidates(spot: Spot, loader: str) -> Iterator[str]:
        """The paths below the root that a spot may mean in a file."""
        return _candidates(spot, loader)

    @staticmethod
    def below(folder: Spot, spot: Spot) -> Spot:
        """A spot in a folder."""
        return Spot(posixpath.join(folder.path, spot.path), folder.anchored, spot.via)

    def _spots(self, node: Node | None, depth: int) -> list[Spot]:
        if node is None or depth > _DEPTH:
            return []
        known = self._memo.get(node)
        if known is None:
            handler = _PATHS.get(node.kind)
            self._memo[node] = []
            known = list(dict.fromkeys(handler(self, node, depth + 1))) if handler else []
            self._memo[node] = known
        return known

    def _constant(self, node: Node, depth: int) -> Iterable[Spot]:
        text = node.value
        return [Spot(text)] if isinstance(text, str) and len(text) < 300 and not text.startswith("/") else []

    def _name(self, node: Node, depth: int) -> Iterable[Spot]:
        if node.value == "__file__":
            return [Spot(node.file.path, True)]
        if node.value in ("__package__", "__name__"):
            return [Spot(posixpath.dirname(node.file.path), True)]
        return self._bound(self.project.bindings(node), depth)

    def _bound(self, bindings: Iterable[Node], depth: int) -> Iterator[Spot]:
        for binding in bindings:
            if binding.kind == "arg":
                yield from self._parameter(binding, depth)
            elif binding.kind == "alias":
                target = self.project.imported(binding)
                if isinstance(target, list):
                    yield from self._bound([one for one in target if one != binding], depth + 1)
            elif binding.parent is not None:
                yield from self._stored(binding.parent, depth)

    def _stored(self, holder: Node, depth: int) -> Iterable[Spot]:
        field = {"withitem": "context_expr"}.get(holder.kind, "value")
        if holder.kind in ("Assign", "AnnAssign", "NamedExpr", "withitem"):
            return self._spots(holder.child(field), depth)
        return []

    def _parameter(self, parameter: Node, depth: int) -> Iterator[Spot]:
        yield from self._spots(parameter.child("default"), depth)
        function = parameter.parent
        if function is None or function.kind not in FUNCTIONS or depth > _DEPTH:
            return
        given = self._given_by(function, parameter, depth)
        callers = self.values.callers(function) if given else ()
        for call in callers:
            for spot in given.get(call, ()):
                yield spot._replace(via=spot.via or call)

    def _given_by(self, function: Node, parameter: Node, depth: int) -> dict[Node, list[Spot]]:
        """By name alone, the calls that give a parameter a path: few do; who calls whom is dear to ask."""
        owner = enclosing_class(function) if function.scope.kind == "ClassDef" else None
        is_maker = owner is not None and function.value in ("__init__", "__new__")
        name = str(owner.value if owner is not None and is_maker else function.value)
        calls = self.project.calls(name)
        if len(calls) > _COMMON:
            return {}
        given = {call: self._spots(argument_for(call, function, parameter), depth + 1) for call in calls}
        return {call: spots for call, spots in given.items() if spots}

    def _attribute(self, node: Node, depth: int) -> Iterable[Spot]:
        base, name = node.child("value"), str(node.value)
        if base is None:
            return []
        if name == "parent":
            return [_up(spot) for spot in self._spots(base, depth)]
        cls = enclosing_class(node)
        if base.kind == "Name" and base.value in ("self", "cls") and cls is not None:
            stores = self.values.attribute_stores(cls, name)
            own = [cls.file.node(i) for i in cls.file.bindings.get((cls.index, name), ())]
            return self._bound([*stores, *own], depth)
        return [s for v in self.values.of(base) for s in self._member(v.kind, v.node, name, depth)]

    def _member(self, kind: str, owner: Node, name: str, depth: int) -> Iterable[Spot]:
        if kind == "module":
            return self._bound(self.project.exported(owner.file, name), depth)
        if kind in ("class", "instance"):
            indexes = owner.file.bindings.get((owner.index, name), ())
            return self._bound([owner.file.node(i) for i in indexes], depth)
        return []

    def _subscript(self, node: Node, depth: int) -> Iterable[Spot]:
        base, key = node.child("value"), node.child("slice")
        if base is None or base.kind != "Attribute" or base.value != "parents" or key is None:
            return []
        found = self._spots(base.child("value"), depth)
        for _ in range(min(int(key.value) + 1, 9) if isinstance(key.value, int) else 0):
            found = [_up(spot) for spot in found]
        return found

    def _binary(self, node: Node, depth: int) -> Iterable[Spot]:
        left, right = self._spots(node.child("left"), depth), self._spots(node.child("right"), depth)
        if node.value == "Div":
            return _joined([left, right])
        return _glued([left, right]) if node.value == "Add" else []

    def _formatted(self, node: Node, depth: int) -> Iterable[Spot]:
        return _glued([self._spots(piece, depth) for piece in node.children()])

    def _inner(self, node: Node, depth: int) -> Iterable[Spot]:
        return self._spots(node.child("value"), depth)

    def _either(self, node: Node, depth: int) -> Iterable[Spot]:
        return [s for one in node.children() if one.field != "test" for s in self._spots(one, depth)]

    # -- calls -------------------------------------------------------------------------------------

    def _call(self, node: Node, depth: int) -> Iterable[Spot]:
        func, arguments = node.child("func"), node.all("args")
        name = last_name(func)
        if func is None:
            return []
        if name in self._getters and any(path in self.values.environment for path in self._outside(func)):
            return self._spots(arguments[1] if len(arguments) > 1 else node.keyword("default"), depth)
        if self.names("resource-content", name) and len(arguments) == 2:
            return _joined([self._package(arguments[0], depth), self._spots(arguments[1], depth)])
        if self.names("resource-folder", name) and len(arguments) == 1:
            return self._package(arguments[0], depth)
        base = func.child("value") if func.kind == "Attribute" else None
        if name in ("join", "dirname") and self._outside(func):
            return self._os_path(name, arguments, depth)
        if self.names("path-maker", name) and arguments:
            return _joined([self._spots(one, depth) for one in arguments[: 1 if name == "open" else None]])
        if base is not None:
            found = self._method(name, self._spots(base, depth), arguments, depth)
            if found:
                return found
        return self._returned(node, func, depth)

    def _outside(self, func: Node) -> list[str]:
        """The dotted names outside the project that a callee may have."""
        return [value.path for value in self.values.of(func) if value.kind == "external"]

    def _os_path(self, name: str, arguments: list[Node], depth: int) -> Iterable[Spot]:
        parts = [self._spots(one, depth) for one in arguments]
        if name == "join":
            return _joined(parts)
        return [_up(spot) for spot in parts[0]] if parts else []

    def _method(self, name: str, base: list[Spot], arguments: list[Node], depth: int) -> Iterable[Spot]:
        if name == "joinpath":
            return _joined([base, *(self._spots(one, depth) for one in arguments)])
        if name == "with_name" and arguments:
            return _joined([[_up(spot) for spot in base], self._spots(arguments[0], depth)])
        if name == "with_suffix" and arguments:
            stems = [spot._replace(path=posixpath.splitext(spot.path)[0]) for spot in base]
            return _glued([stems, self._spots(arguments[0], depth)])
        return base if self.names("path-method", name) else []

    def _returned(self, call: Node, func: Node, depth: int) -> Iterator[Spot]:
        """What a function of the program gives as a path."""
        known = last_name(func) in self.project.functions_by_name
        for value in self.values.of(func) if known else ():
            if value.kind == "function":
                for index in value.node.file.returns.get(value.node.index, ()):
                    yield from self._spots(value.node.file.node(index).child("value"), depth + 1)

    def _package(self, node: Node, depth: int) -> list[Spot]:
        """The folder of a package that is named, or imported."""
        if node.kind == "Constant" and isinstance(node.value, str):
            return [Spot(node.value.replace(".", "/"))]
        modules = [v.node.file.path for v in self.values.of(node) if v.kind == "module"]
        found = [Spot(posixpath.dirname(path), True) for path in modules]
        external = [v.path for v in self.values.of(node) if v.kind == "external" and node.value != "__name__"]
        return found or self._spots(node, depth) or [Spot(path.replace(".", "/")) for path in external]


_PATHS: dict[str, Callable[[Loads, Node, int], Iterable[Spot]]] = {
    "Constant": Loads._constant,
    "Name": Loads._name,
    "Attribute": Loads._attribute,
    "Subscript": Loads._subscript,
    "BinOp": Loads._binary,
    "JoinedStr": Loads._formatted,
    "FormattedValue": Loads._inner,
    "Await": Loads._inner,
    "NamedExpr": Loads._inner,
    "IfExp": Loads._either,
    "BoolOp": Loads._either,
    "Call": Loads._call,
}


def _text(node: Node | None) -> str:
    return node.value if node is not None and isinstance(node.value, str) and node.kind == "Constant" else ""


def _up(spot: Spot) -> Spot:
    return spot._replace(path=posixpath.dirname(spot.path))


def _combined(parts: list[list[Spot]], join: Callable[[str, str], str]) -> list[Spot]:
    found = parts[0] if parts else []
    for part in parts[1:]:
        found = [
            Spot(join(one.path, other.path), one.anchored, one.via or other.via)
            for one in found
            for other in part
            if not other.anchored
        ][:_MANY]
    return found


def _joined(parts: list[list[Spot]]) -> list[Spot]:
    return _combined(parts, posixpath.join)


def _glued(parts: list[list[Spot]]) -> list[Spot]:
    return _combined(parts, lambda one, other: one + other)


def _candidates(spot: Spot, loader: str) -> Iterator[str]:
    """Where the file may be: a path that is not anchored starts in a folder above the file that loads it."""
    folders = [""] if spot.anchored else _folders(loader)
    for folder in folders:
        path = posixpath.normpath(posixpath.join(folder, spot.path))
        if not path.startswith(("..", "/")):
            yield path


def _folders(path: str) -> list[str]:
    parts = path.split("/")[:-1]
    return ["/".join(parts[:count]) for count in range(len(parts) + 1)]


def resolved(candidates: Iterable[str], there: Callable[[str], bool]) -> str:
    """The one candidate that is there; nothing where several are, since which one is meant is not known."""
    found = [path for path in dict.fromkeys(candidates) if there(path)]
    return found[0] if len(found) == 1 else ""
