"""All files that were read as one program: modules, names, classes, callers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from migrator.data.formats import is_data
from migrator.read.datafile import homes, is_named_by, speaks_of, variables
from migrator.read.modules import Modules, module_parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from migrator.read.datafile import Variable
    from migrator.read.nodes import FileFacts, Node

    _Place = tuple[FileFacts, int]


class Project:
    """The symbol table. `files` are those that could be parsed, in path order; `modules` knows all paths.

    `loaded` are the values of the calls that load a data file, `loaders` those calls by the file's path;
    `first` are the files that were asked for, where not all were.
    """

    def __init__(self, files: Iterable[FileFacts], modules: Modules | None = None) -> None:
        self.files = {file.path: file for file in sorted(files, key=lambda f: f.path)}
        self.modules = modules or Modules(self.files)
        self._calls: dict[str, list[Node]] = {}
        self._speaking: dict[Node, set[str]] = {}
        self._named: dict[FileFacts, list[FileFacts]] = {}
        self._imported: dict[Node, FileFacts | list[Node] | str] = {}
        self._imports: dict[str, set[str]] = {}
        self._loads: dict[Node, tuple[Node, ...]] = {}
        self._loads_by_home: dict[tuple[str, str], dict[int, list[int]]] = {}
        self.loaded: dict[Node, list[Node]] = {}
        self.loaders: dict[str, list[Node]] = {}
        self.first: frozenset[str] = frozenset()
        self._read_in: dict[tuple[str, str], bool] = {}

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word that the program is written in."""
        return frozenset[str]().union(*(file.words for file in self.files.values()))

    @cached_property
    def variables(self) -> dict[str, list[Variable]]:
        """What files of settings give the variables of the environment, by name."""
        found: dict[str, list[Variable]] = defaultdict(list)
        for path, file in self.files.items():
            if is_data(path) and path not in self.loaders:
                for one in variables(file, is_named=is_named_by(path, self._code)):
                    found[one.name].append(one)
        for name, ones in list(found.items()):
            meant = [other for one in ones if one.meant != name for other in found.get(one.meant, ())]
            found[name] = [one for one in (*ones, *meant) if not one.meant]
        return dict(found)

    def variables_for(self, name: str, path: str) -> Iterator[Variable]:
        """What files of settings give a variable in a file of the program: those beside it or beside none."""
        for one in self.variables.get(name, ()):
            home = self._homes[one.node.file.path]
            if path.startswith(home) or not self._is_read_in(home, name):
                yield one

    def _is_read_in(self, home: str, name: str) -> bool:
        known = self._read_in.get((home, name))
        if known is None:
            code = (file for file in self._code if file.path.startswith(home))
            known = self._read_in[home, name] = any(speaks_of(file, name) for file in code)
        return known

    @cached_property
    def _homes(self) -> dict[str, str]:
        data = [path for path in self.files if is_data(path)]
        return homes(data, (path for path in self.modules.paths if not is_data(path)), self._code)

    @cached_property
    def _code(self) -> list[FileFacts]:
        return [file for path, file in self.files.items() if not is_data(path)]

    # -- modules ---------------------------------------------------------------------------------

    def module(self, importer: FileFacts, dotted: str, level: int = 0) -> FileFacts | None:
        """The file that `dotted` names, seen from `importer`, if it was read."""
        return self.files.get(self.modules.file(importer.path, dotted, level) or "")

    # -- names -----------------------------------------------------------------------------------

    def bindings(self, name: Node) -> list[Node]:
        """What a `Name` may be bound to: the nodes of the innermost scope that binds it."""
        file = name.file
        key = file.tree.scope[name.index], name.value
        known = file.bound.get(key)
        if known is None:
            home = _home(file, name.index)
            known = file.bound[key] = [file.nodes[i] for i in file.bindings.get((home, name.value), ())]
        return known or self._starred(file, name.value)

    def exported(self, file: FileFacts, name: str, depth: int = 0) -> list[Node]:
        """What `name` is bound to at the top of a module, through `import *` too."""
        found = file.bindings.get((0, name))
        if found:
            return [file.nodes[i] for i in found]
        return self._starred(file, name, depth)

    def _starred(self, file: FileFacts, name: str, depth: int = 0) -> list[Node]:
        if depth > 5:
            return []
        for index in file.bindings.get((0, "*"), ()):
            module, level = file.tree.value[file.tree.parent[index]]
            source = self.module(file, module, level)
            if source is not None and source is not file:
                found = self.exported(source, name, depth + 1)
                if found:
                    return found
        return []

    def are_near(self, one: str, other: str) -> bool:
        """Whether two files are the same, or one imports from the other."""
        return other in self.imports(one) or one in self.imports(other)

    def imports(self, path: str) -> set[str]:
        """A file, and the files that it imports from."""
        found = self._imports.get(path)
        if found is None:
            found = self._imports[path] = {path}
            file = self.files.get(path)
            for statement in file.of_kind("Import", "ImportFrom") if file is not None else ():
                for target in map(self.imported, statement.children()):
                    if isinstance(target, list):
                        found.update(node.file.path for node in target)
                    elif not isinstance(target, str):
                        found.add(target.path)
        return found

    def imported(self, alias: Node) -> FileFacts | list[Node] | str:
        """What an import alias names: a project file, nodes in one, or a dotted path outside."""
        known = self._imported.get(alias)
        if known is None:
            known = self._imported[alias] = self._import(alias)
        return known

    def _import(self, alias: Node) -> FileFacts | list[Node] | str:
        statement = alias.parent
        assert statement is not None
        name, asname = alias.value
        if statement.kind == "Import":
            file = self.module(alias.file, name if asname else name.split(".")[0])
            return (
                file
                if file is not None and file is not alias.file
                else (name if asname else name.split(".")[0])
            )
        module, level = statement.value
        source = self.module(alias.file, module, level)
        if source is not None:
            found = self.exported(source, name)
            if found and found != [alias]:
                return found
            if found := self._lazily(source, name):
                return found
        inner = self.module(alias.file, f"{module}.{name}" if module else name, level)
        if inner is not None:
            return inner
        return f"{module}.{name}" if module else name

    def _lazily(self, package: FileFacts, name: str) -> list[Node]:
        """What a package's `__getattr__` may give for a name: that of modules which stand in its texts."""
        if not self.exported(package, "__getattr__"):
            return []
        modules = self._named.get(package)
        if modules is None:
            modules = self._named[package] = self._named_in(package)
        return [one for file in modules for one in self.exported(file, name) if one.kind != "alias"]

    def _named_in(self, package: FileFacts) -> list[FileFacts]:
        """The modules of a package whose names stand in its texts."""
        texts = {value for value in package.tree.value if isinstance(value, str)}
        named = {text.rpartition(".")[2] for text in texts}
        folder = f"{package.path.rpartition('/')[0]}/".lstrip("/")
        inside = (
            file for file in self.files.values() if file.path.startswith(folder) and file is not package
        )
        return [file for file in inside if file.path.rpartition("/")[2].removesuffix(".py") in named]

    def importers(self, node: Node) -> Iterator[Node]:
        """Import aliases in other files that bring in the module-level name that `node` binds."""
        name = local_name(node)
        for file, index in self._aliases.get(name, ()):
            if file is not node.file:
                alias = file.nodes[index]
                target = self.imported(alias)
                if isinstance(target, list) and any(t.file is node.file for t in target):
                    yield alias

    @cached_property
    def _aliases(self) -> dict[str, list[_Place]]:
        """Where names are imported from modules."""
        found: dict[str, list[_Place]] = defaultdict(list)
        for file in self.files.values():
            for statement in file.tree.of_kind("ImportFrom"):
                for index in file.tree.children(statement):
                    found[file.tree.value[index][0]].append((file, index))
        return found

    def importing(self, file: FileFacts) -> Iterator[Node]:
        """Import aliases in other files that name the module `file` itself."""
        parts = module_parts(file.path)
        for other in self.files.values():
            for statement in other.of_kind("Import", "ImportFrom"):
                for alias in statement.children():
                    last = alias.value[0].rpartition(".")[2]
                    if parts and last == parts[-1] and self.imported(alias) is file:
                        yield alias

    # -- loads -----------------------------------------------------------------------------------

    def loads(self, binding: Node) -> Iterator[Node]:
        """Loads of the name that `binding` binds: in its scope and below, and where it is imported."""
        yield from self._local_loads(binding)
        yield from self.loaders.get(binding.file.path, ())
        if binding.file.tree.scope[binding.index] == 0:
            known = self._loads.get(binding)
            if known is None:
                known = self._loads[binding] = tuple(self._loads_elsewhere(binding))
            yield from known

    def _loads_elsewhere(self, binding: Node) -> Iterator[Node]:
        """Loads of a module's name by those that import it or the module, or one that hands it on."""
        pending, seen = [binding], {binding}
        while pending:
            one = pending.pop()
            yield from self._qualified_loads(one)
            for alias in self.importers(one):
                if alias not in seen:
                    seen.add(alias)
                    pending.append(alias)
                    yield from self._local_loads(alias)

    def _local_loads(self, binding: Node) -> Iterator[Node]:
        file = binding.file
        name = local_name(binding)
        home = file.tree.scope[binding.index if binding.kind != "alias" else file.tree.parent[binding.index]]
        known = self._loads_by_home.get((file.path, name))
        if known is None:
            known = self._loads_by_home[file.path, name] = defaultdict(list)
            for index in file.names.get(name, ()):
                known[_home(file, index)].append(index)
        return (file.nodes[index] for index in known.get(home, ()))

    def _qualified_loads(self, binding: Node) -> Iterator[Node]:
        name = local_name(binding)
        for file in self._files_with_attribute.get(name, ()):
            kinds = file.tree.kind
            for index in file.attributes[name]:
                if kinds[index + 1] == "Name":
                    for found in self.bindings(file.nodes[index + 1]):
                        if found.kind == "alias" and self.imported(found) is binding.file:
                            yield file.nodes[index]

    def attribute_loads(self, name: str) -> Iterator[Node]:
        """Every load `….name` in the project."""
        for file in self._files_with_attribute.get(name, ()):
            for index in file.attributes[name]:
                yield file.nodes[index]

    def speaking(self, cls: Node) -> set[str]:
        """Files that define, import or name a class, so that its objects may well be there."""
        known = self._speaking.get(cls)
        if known is None:
            known = self._speaking[cls] = {cls.file.path}
            known.update(file.path for file, _ in self._aliases.get(cls.value, ()))
            known.update(file.path for file in self._files_with_attribute.get(cls.value, ()))
        return known

    @cached_property
    def _files_with_attribute(self) -> dict[str, list[FileFacts]]:
        found: dict[str, list[FileFacts]] = defaultdict(list)
        for file in self.files.values():
            for name in file.attributes:
                found[name].append(file)
        return found

    # -- definitions -----------------------------------------------------------------------------

    def calls(self, name: str) -> list[Node]:
        """Calls by the last name of what is called."""
        known = self._calls.get(name)
        if known is None:
            files = self.files_calling(name)
            known = self._calls[name] = [file.nodes[i] for file in files for i in file.calls[name]]
        return known

    def files_calling(self, name: str) -> list[FileFacts]:
        """Files that call something of a name."""
        return self._files_with_call.get(name, [])

    def keywords(self, name: str) -> Iterator[Node]:
        """What calls give by a keyword."""
        for file in self._files_with_keyword.get(name, ()):
            tree = file.tree
            for index in tree.of_kind("keyword"):
                if tree.value[index] == name and tree.kind[tree.parent[index]] == "Call":
                    yield file.nodes[index + 1]

    @cached_property
    def _files_with_keyword(self) -> dict[str, list[FileFacts]]:
        found: dict[str, list[FileFacts]] = defaultdict(list)
        for file in self.files.values():
            values = file.tree.value
            for name in {values[index] for index in file.tree.of_kind("keyword")}:
                found[name].append(file)
        return found

    @cached_property
    def _files_with_call(self) -> dict[str, list[FileFacts]]:
        found: dict[str, list[FileFacts]] = defaultdict(list)
        for file in self.files.values():
            for name in file.calls:
                found[name].append(file)
        return found

    @cached_property
    def class_names(self) -> frozenset[str]:
        """What classes are called."""
        trees = [file.tree for file in self.files.values()]
        return frozenset(tree.value[index] for tree in trees for index in tree.of_kind("ClassDef"))

    @cached_property
    def functions_by_name(self) -> Definitions:
        """Function and method definitions by name."""
        return Definitions(self.files.values())


class Definitions(Mapping[str, "list[Node]"]):
    """Functions by name; there are many, so that nodes are made only of those that are asked for."""

    def __init__(self, files: Iterable[FileFacts]) -> None:
        self._places: dict[str, list[_Place]] = defaultdict(list)
        for file in files:
            for kind in ("FunctionDef", "AsyncFunctionDef"):
                for index in file.tree.of_kind(kind):
                    self._places[file.tree.value[index]].append((file, index))

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def __getitem__(self, name: str) -> list[Node]:
        if name not in self._places:
            raise KeyError(name)
        return [file.nodes[index] for file, index in self._places[name]]

    def count(self, name: str) -> int:
        """How many there are of a name."""
        return len(self._places.get(name, ()))

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def _home(file: FileFacts, index: int) -> int:
    """The innermost scope that binds a name, seen from where it stands; -1 if none does."""
    tree, bindings = file.tree, file.bindings
    scope, text = tree.scope[index], tree.value[index]
    if (scope, text) in bindings:
        return scope
    while scope:
        scope = tree.scope[scope]
        if tree.kind[scope] != "ClassDef" and (scope, text) in bindings:
            return scope
    return -1


def local_name(binding: Node) -> str:
    """The name under which the binding is known in its own file."""
    if binding.kind != "alias":
        return str(binding.value)
    name, asname = binding.value
    parent = binding.parent
    return str(asname or (name.split(".")[0] if parent and parent.kind == "Import" else name))
