"""Which files to read beside those that name a model: what they import, and who imports what they define."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from migrator.discover.imports import imports, names_in, said, words
from migrator.read.modules import Imported

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from migrator.read.modules import Modules
    from migrator.read.nodes import FileFacts

MAX_DEPTH = 8
"""How many modules may hand a name on before its users are lost."""

MAX_STEPS = 3
"""How many imports away from what is read files that call a model are looked for."""


MAX_USERS = 2
"""How many imports above a file that sends requests those who give it parameters are looked for."""


_BINDS = frozenset({"NameStore", "FunctionDef", "AsyncFunctionDef", "ClassDef"})
_PARTS = frozenset({"Attribute", "AttributeStore", "Subscript", "SubscriptStore", "Call"})
"""What is taken of a name that stands first in it."""

MAX_GIVERS = 3
"""How many imports below such files the values are looked for that they send."""


class Importers(NamedTuple):
    """`by_name` import a name from where it is made or handed on; `by_module` the modules that make some.

    `by_module` gives the names that each of its files may reach through the modules; `known` the names
    of each file that are made or handed on there.
    """

    by_name: set[str]
    by_module: dict[str, set[str]]
    known: dict[str, set[str]]


class _Link(NamedTuple):
    """One import of one file: the file that it reaches, the name there (none: the module), the name here."""

    path: str
    target: str
    name: str
    bound: str


def linked(
    given: frozenset[str], others: AbstractSet[str], found: Mapping[str, bytes], modules: Modules
) -> bool:
    """Whether a few imports, in either direction, lead from some of the files `given` to one of `others`."""
    near: dict[str, set[str]] = defaultdict(set)
    for path, statements in found.items():
        for one in imports(statements):
            for target in modules.targets(path, one):
                near[path].add(target)
                near[target].add(path)
    known = edge = set(given)
    for _ in range(MAX_STEPS + 1):
        if not edge.isdisjoint(others):
            return True
        edge = {path for one in edge for path in near[one]} - known
        known = known | edge
    return False


def with_code(facts: Iterable[FileFacts]) -> list[FileFacts]:
    """The files that name a model in their code."""
    return [file for file in facts if any(one.place == "code" for one in file.occurrences)]


def imported_paths(facts: Iterable[FileFacts], modules: Modules) -> set[str]:
    """The files that files with ids in code import."""
    found: set[str] = set()
    for file in with_code(facts):
        for one in _of_tree(file):
            found.update(modules.targets(file.path, one))
    return found


def _of_tree(file: FileFacts) -> Iterator[Imported]:
    tree = file.tree
    for index in tree.of_kind("Import"):
        for alias in tree.children(index):
            yield Imported(tree.value[alias][0], 0, "", "")
    for index in tree.of_kind("ImportFrom"):
        module, level = tree.value[index]
        for alias in tree.children(index):
            yield Imported(module, level, tree.value[alias][0], "")


def importers(exported: Mapping[str, set[str]], found: Mapping[str, bytes], modules: Modules) -> Importers:
    """Who imports one of the `exported` names of a file, itself or through others that hand it on.

    `found` holds the import statements of every file.
    """
    known = {path: set(names) for path, names in exported.items()}
    result = Importers(set(), {}, known)
    near = _near(exported, found, modules)
    links: list[_Link] = []
    done: set[str] = set()
    for _ in range(MAX_DEPTH):
        wanted = _wanted(known, exported, modules) - done
        links += sorted(_links(wanted, near, modules))
        done |= wanted
        before = sum(map(len, known.values()))
        for link in links:
            _follow(link, known, result)
        if sum(map(len, known.values())) == before:
            break
    return result


def _wanted(known: Mapping[str, set[str]], exported: Mapping[str, set[str]], modules: Modules) -> set[str]:
    """Names that are known somewhere; modules that make them, and packages that hand them on."""
    names = {name for names in known.values() for name in names}
    stems = {modules.stem(path) for path in known if path in exported or path.endswith("/__init__.py")}
    return names | stems | {"*"}


def _follow(link: _Link, known: dict[str, set[str]], result: Importers) -> None:
    names = known.get(link.target)
    if not names:
        return
    if not link.name:
        result.by_module.setdefault(link.path, set()).update(names)
    elif link.name == "*" or link.name in names:
        known.setdefault(link.path, set()).update(names if link.name == "*" else (link.bound,))
        result.by_name.add(link.path)


def _near(
    exported: Mapping[str, set[str]], found: Mapping[str, bytes], modules: Modules
) -> dict[bytes, list[str]]:
    """The import statements of files inside an exporter's outermost package, or that name that package.

    Each comes with the files that it stands in: many share theirs.
    """
    tops = {modules.top(path) for path in exported}
    folders = tuple(f"{top}/" for top in tops)
    names = {said(top) for top in tops}
    near: dict[bytes, list[str]] = defaultdict(list)
    for path, statements in found.items():
        if path.startswith(folders) or not names.isdisjoint(words(statements)):
            for statement in statements.split(b"\0"):
                near[statement].append(path)
    return near


def _links(wanted: set[str], near: Mapping[bytes, list[str]], modules: Modules) -> Iterator[_Link]:
    """The imports of wanted names and modules."""
    asked = {name.encode() for name in wanted}
    for statement, paths in near.items():
        if not asked.isdisjoint(names_in(statement)):
            for one in imports(statement):
                if (one.name or one.module.rpartition(".")[2]) in wanted:
                    for path in paths:
                        yield from _resolved(path, one, modules)


def _resolved(path: str, one: Imported, modules: Modules) -> Iterator[_Link]:
    module = modules.file(path, one.module, one.level)
    if not one.name:
        if module is not None and module != path:
            yield _Link(path, module, "", one.bound)
        return
    if module is not None and module != path:
        yield _Link(path, module, one.name, one.bound)
    inner = modules.inner(path, one)
    if inner is not None and inner != path:
        yield _Link(path, inner, "", one.bound)


def leading_to_calls(
    read: set[str], found: Mapping[str, bytes], modules: Modules, senders: frozenset[str]
) -> set[str]:
    """Files that lead from those that are read to one that imports a library which sends requests.

    `main.py` names a model, `agent.py` hands it on, `llm.py` calls: the last says what is sent.
    """
    above: dict[str, set[str]] = {}
    asked: dict[str, set[str]] = {path: {"*"} for path in read}
    for _ in range(MAX_STEPS):
        new: dict[str, set[str]] = defaultdict(set)
        ways: dict[str, set[str]] = defaultdict(set)
        for path, names in asked.items():
            for target, name in _reached(path, names, found, modules):
                if target in found and target not in read and target not in above:
                    new[target].add(name)
                    ways[target].add(path)
        above |= ways
        asked = new
    calling = importing(above, found, modules, senders)
    wanted: set[str] = set()
    while calling:
        wanted |= calling
        calling = {path for here in calling for path in above[here]} - wanted - read
    return wanted


def around(calling: set[str], found: Mapping[str, bytes], modules: Modules) -> set[str]:
    """Files that send requests, those that get to them by few imports, and what these import.

    A call whose model comes from elsewhere is a request too: `service.py` calls with `config.MODEL`.
    """
    wanted = new = calling
    for _ in range(MAX_USERS):
        new = _users(new, found, modules) - wanted
        wanted = wanted | new
    return givers(wanted, found, modules)


def importing(
    paths: Iterable[str], found: Mapping[str, bytes], modules: Modules, packages: frozenset[str]
) -> set[str]:
    """Those of some files that import one of some packages."""
    said = [name.encode() for name in packages]
    likely = [path for path in paths if path in found and any(name in found[path] for name in said)]
    return {path for path in likely if _sends(path, found[path], modules, packages)}


def givers(calling: set[str], found: Mapping[str, bytes], modules: Modules) -> set[str]:
    """Files that call, and what they import, where the values are made that they send."""
    wanted = set(calling)
    new = wanted
    for _ in range(MAX_GIVERS):
        new = imported(new, found, modules) - wanted
        wanted |= new
    return wanted


def givers_beside(
    handing: set[str], posting: set[str], found: Mapping[str, bytes], modules: Modules
) -> set[str]:
    """What files with a model's name import beside what posts: one may make what the other sends."""
    imported = (set(_targets(path, found, modules)) for path in handing)
    return {target for targets in imported if not targets.isdisjoint(posting) for target in targets}


def imported(paths: Iterable[str], found: Mapping[str, bytes], modules: Modules) -> set[str]:
    """The files of the same program that some files import."""
    return {target for path in paths for target in _targets(path, found, modules)}


def _targets(path: str, found: Mapping[str, bytes], modules: Modules) -> Iterator[str]:
    """The files of the same program that a file imports."""
    for one in imports(found[path]):
        yield from (target for target in modules.targets(path, one) if target in found)


def _users(targets: set[str], found: Mapping[str, bytes], modules: Modules) -> set[str]:
    """The files that import one of some files."""
    stems = {modules.stem(path).encode() for path in targets}
    users: set[str] = set()
    for path, statements in found.items():
        if not stems.isdisjoint(words(statements)) and any(
            not targets.isdisjoint(modules.targets(path, one)) for one in imports(statements)
        ):
            users.add(path)
    return users


def _sends(path: str, statements: bytes, modules: Modules, senders: frozenset[str]) -> bool:
    """Whether a file imports one of some packages, which is none of the project's own."""
    return any(
        one.level == 0
        and one.module.partition(".")[0] in senders
        and modules.file(path, one.module.partition(".")[0], 0) is None
        for one in imports(statements)
    )


def _reached(
    path: str, names: set[str], found: Mapping[str, bytes], modules: Modules
) -> Iterator[tuple[str, str]]:
    """What a file imports, and by which name; of a package's own file only what was asked of it."""
    hands_on = path.endswith("/__init__.py") and "*" not in names
    for one in imports(found.get(path, b"")):
        if hands_on and one.bound not in names and one.name != "*":
            continue
        module = modules.file(path, one.module, one.level)
        if module is not None and module != path:
            yield module, one.name or "*"
        if module is None or module.endswith("__init__.py"):
            inner = modules.inner(path, one)
            if inner is not None and inner != path:
                yield inner, "*"


# -- what a file defines -------------------------------------------------------------------------


def exported_names(facts: Iterable[FileFacts], data: Iterable[bytes] = ()) -> dict[str, set[str]]:
    """By file the names at its top of definitions that hold an id, and of what it makes of them.

    A file that holds one of `data`, names of data files, may hand on anything that it defines.
    """
    facts, loaded = list(facts), list(data)
    found: dict[str, set[str]] = {
        file.path: {name for scope, name in file.bindings if scope == 0}
        for file in (facts if loaded else ())
        if file.problem is None and any(name in file.utf8 for name in loaded)
    }
    for file in with_code(facts):
        places = {_top(file, one.node) for one in file.occurrences if one.place == "code"}
        names = _derived(file, {name for index in places for name in _defined(file, index)})
        if names:
            found.setdefault(file.path, set()).update(names)
    return found


Known: TypeAlias = "dict[tuple[str, frozenset[str], frozenset[str]], set[str]]"


def made_of(facts: Iterable[FileFacts], users: Importers, known: Known) -> dict[str, set[str]]:
    """By file what it makes at its top of what it imports: `MODEL = Settings(names.MODEL).model`.

    `known` keeps what each file makes of the same names.
    """
    found = {}
    for file in facts:
        names = frozenset(users.known.get(file.path, ()))
        parts = frozenset(users.by_module.get(file.path, ()))
        key = file.path, names, parts
        if key not in known:
            known[key] = _made_in(file, names, parts) if file.problem is None else set()
        if known[key]:
            found[file.path] = known[key]
    return found


def _made_in(file: FileFacts, names: frozenset[str], parts: frozenset[str]) -> set[str]:
    places = (index for name in parts for index in file.attributes.get(name, ()))
    direct = {name for index in places for name in _defined(file, _top(file, index))}
    return direct | _derived(file, names | direct) - names


def _top(file: FileFacts, index: int) -> int:
    """The statement at the top of a file that something stands in."""
    parents = file.tree.parent
    while parents[index] > 0:
        index = parents[index]
    return index


def _derived(file: FileFacts, names: AbstractSet[str]) -> set[str]:
    """Names at the top that use one of `names`, also through others: `settings = Settings()`, `def ask`."""
    found, new, done = set(names), set(names), set[int]()
    while new:
        users = {_top(file, index) for name in new for index in file.names.get(name, ())} - done
        new = {name for index in users for name in _defined(file, index)} - found
        found |= new
        done |= users
    return found


def _defined(file: FileFacts, statement: int) -> Iterator[str]:
    """The names at the top that a statement binds, and those of objects that it changes."""
    tree = file.tree
    for index in range(statement, tree.end[statement]):
        kind, is_called = tree.kind[index], tree.field[index] == "func"
        if tree.scope[index]:
            continue
        if kind in _BINDS:
            yield str(tree.value[index])
        elif kind in ("AttributeStore", "SubscriptStore") or (kind == "Attribute" and is_called):
            first = next(i for i in range(index, tree.end[index]) if tree.kind[i] not in _PARTS)
            if tree.kind[first] == "Name":
                yield str(tree.value[first])
