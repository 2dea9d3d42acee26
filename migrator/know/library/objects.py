"""Values of a library: what calling one gives, what its attributes are, which are known objects."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

from migrator.know.calls import default_of
from migrator.know.library.functions import NATIVES
from migrator.know.values import NOTHING, Entry, Value, an_open, constant, opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.know.evaluator import Evaluator as Know
    from migrator.know.library.call import Call
    from migrator.know.values import Frame, Values
    from migrator.read.nodes import Node

_PASSED_ON = frozenset({"submit", "run_in_executor", "run_sync", "to_thread", "call_soon"})
_ENVIRONMENT = "os.environ"


# -- which are known -------------------------------------------------------------------------------


def is_opaque(value: Value) -> bool:
    """Whether something of a library is an object of its own, of which nothing else has to be known.

    A class, and what calling one gives. What a function gives, an attribute of an object, a constant of a
    module: these may be any text or number.
    """
    path = str(value.data)
    made = path.endswith("()")
    head, _, last = (path[:-2] if made else path).rpartition(".")
    if "()" in head:
        return False
    return _is_class_name(last) or (not made and not head and hasattr(builtins, last))


def _is_class_name(name: str) -> bool:
    name = name.lstrip("_")
    return name[:1].isupper() and (name != name.upper() or len(name) == 1)


def decided(know: Know, values: Values) -> Values:
    """Values that decide about something: what is a library's and may be anything is open."""
    found: set[Value] = set()
    for value in know.plain(values):
        if value.kind == "library" and not is_opaque(value) and not know.is_sentinel(value):
            found.add(opened("library result", value.node))
        elif value.kind == "method":
            found.add(opened("computed", value.node))
        else:
            found.add(value)
    return frozenset(found)


# -- calls -----------------------------------------------------------------------------------------


def library_result(call: Call) -> Values:
    """What a call of a library's function or class gives."""
    path, loaded = call.path, call.know.project.loaded.get(call.node)
    if loaded is not None:
        return call.union(*(call.know.value(node, None) for node in loaded))
    if path in call.know.environment or path.startswith(_ENVIRONMENT + "."):
        return _environment(call, path)
    rule = NATIVES.get(path)
    if rule is not None:
        return rule(call)
    if path.endswith(".get") and path.startswith(call.know.settings):
        keys = (v.text for v in call.plain(0) if v.text)
        return call.union(
            call.at(1, "default"), *(setting(call.know, path[:-4], key, call.node) for key in keys)
        )
    if path.rpartition(".")[2] in _PASSED_ON and "." in path:
        return call.union(_object(call), handed_result(call))
    return _object(call)


def _object(call: Call) -> Values:
    """An object of the library's; a function that is handed over alone, too: it may well be wrapped."""
    made = frozenset((Value("library", call.node, call.frame, f"{call.path}()", call.sites),))
    if hasattr(builtins, call.path):
        return made if _is_class_name(call.path) else call.open("computed")
    return call.know.union((made, frozenset(_wrapped(call)), default_of(call.know, call.sites)), call.node)


def _wrapped(call: Call) -> Iterator[Value]:
    """The functions that are handed over; something that is bound to its object only where it is alone."""
    entries = _arguments(call)
    for entry in entries:
        if isinstance(entry.key, int) and (entry.node is None or _may_be_function(call.know, entry.node)):
            for value in call.know.held(entry):
                is_bound = len(entries) == 1 and (value.kind == "partial" or _is_method(value))
                if value.kind == "function" or is_bound:
                    yield value


def _arguments(call: Call) -> list[Entry]:
    """The arguments; of a call as it is written without what its keywords are."""
    site = call.sites[-1]
    given = site.call.all("args") if len(call.sites) == 1 and site.given is None else []
    if not given or any(node.kind == "Starred" for node in given):
        return [e for e in call.given() if e.form in ("argument", "keyword")]
    entries = [Entry(i, n, site.frame, site.call, "argument") for i, n in enumerate(given[site.skip :])]
    named = [keyword for keyword in site.call.all("keywords") if keyword.value is not None]
    return entries + [Entry(k.value, k.first, site.frame, k, "keyword") for k in named]


_NO_FUNCTIONS = frozenset(
    {"Constant", "JoinedStr", "BinOp", "Compare", "Dict", "List", "Tuple", "Set", "UnaryOp", "DictComp"}
    | {"ListComp", "SetComp", "GeneratorExp"}
)


def _may_be_function(know: Know, node: Node) -> bool:
    """Whether an expression may be a function, as it is written and by the names that it is made of."""
    if node.kind in _NO_FUNCTIONS:
        return False
    if node.kind == "Call" and node.first.kind == "Name":
        return not (hasattr(builtins, str(node.first.value)) and not know.bindings(node.first))
    return True


def _is_method(value: Value) -> bool:
    return value.kind == "library" and "()" in value.data and not value.data.endswith("()")


def handed_result(call: Call) -> Values:
    """What a function that is handed over gives when it is called with the arguments behind it."""
    parts = []
    for place in (0, 1):
        for value in call.at(place):
            if value.kind in ("function", "partial", "method") or _is_method(value):
                sites = (*call.sites[:-1], call.sites[-1]._replace(skip=call.sites[-1].skip + place + 1))
                if call.sites[-1].given is None:
                    parts.append(call.know.called(value, sites, call.node, call.frame))
    return call.union(*parts)


# -- the environment -------------------------------------------------------------------------------


def _environment(call: Call, path: str) -> Values:
    name = path.rpartition(".")[2]
    if name in ("items", "copy", "values", "keys"):
        return call.open("environment")
    default = call.at(1, "default")
    if not call.has(1, "default"):
        default |= frozenset((constant(None, call.node, ()),))
    return call.union(default, of_environment(call.know, call.plain(0), call.node), call.open("environment"))


def of_environment(know: Know, keys: Values, node: Node) -> Values:
    """What is put into the environment: by files of settings, by `os.environ["X"] = …`, `….setdefault`."""
    wanted = {v.constant for v in keys if v.kind == "constant"}
    parts = [set_by_files(know, str(name), node) for name in sorted(wanted, key=str)]
    for key, value in know.environment_stores:
        frame = know.frames.of(value)
        names = know.plain(know.value(key, frame))
        if any(v.kind != "constant" or v.constant in wanted for v in names):
            parts.append(frozenset(_as_text(v, node) for v in know.value(value, frame)))
    return know.union(parts, node)


def _as_text(value: Value, node: Node) -> Value:
    """What the environment gives back is a text, whatever a library made it of."""
    return opened("library result", node) if value.kind == "library" else value


def set_by_files(know: Know, name: str, node: Node) -> Values:
    """What files of settings give a variable that is read at a place."""
    given = know.project.variables_for(name, node.file.path)
    return frozenset(constant(one.text, one.node) for one in given)


def setting(know: Know, path: str, name: str, node: Node) -> Values:
    """What `settings.NAME` is of a library's settings, `settings.A.NAME`, too; nothing if `path` is none.

    A variable in any case, also behind a prefix; names in one another are joined by two underscores.
    """
    names = [name.replace(".", "__")]
    while path and f"{path}.*" not in know.environment:
        path, _, last = path.rpartition(".")
        names.insert(0, last)
    if not path:
        return NOTHING
    low = "__".join(names).lower()
    variables = know.project.variables
    found = [set_by_files(know, one, node) for one in variables if _is_called(one.lower(), low)]
    inner = Value("library", node, None, ".".join((path, *names)))
    below = [frozenset((inner,)) for one in variables if f"{low}__" in one.lower()]
    return know.union([an_open("environment", node), *found, *below[:1]], node)


def _is_called(variable: str, name: str) -> bool:
    before, found, after = variable.rpartition(name)
    return bool(found) and not after and (not before or (before[-1] == "_" and "__" not in before))


# -- members ---------------------------------------------------------------------------------------


def library_member(know: Know, base: Value, name: str, node: Node, frame: Frame | None) -> Values:
    """What `object.name` is for something of a library."""
    path = str(base.data)
    if path.endswith(("parse_args()", "parse_known_args()")):
        return _option(know, base, name, node)
    if name != "get" and path.startswith(know.settings):
        found = setting(know, path, name, node)
        if found:
            return found
    if "()" not in path:
        file = know.project.module(base.node.file, f"{path}.{name}") if base.node.kind == "alias" else None
        if file is not None:
            return frozenset((Value("module", file.node(0)),))
        if f"{path}.{name}" == _ENVIRONMENT:
            return frozenset((Value("library", node, None, _ENVIRONMENT),))
    return frozenset((base._replace(data=f"{path}.{name}", more=()), *_named_alike(know, base, name)))


def _named_alike(know: Know, base: Value, name: str) -> Iterator[Value]:
    """The text that a call was given under the name its result is asked for: the model of an answer."""
    for entry in know.arguments(base.more) if base.is_result and base.more else ():
        if entry.key == name:
            yield from (v for v in know.held(entry) if v.text is not None)


def _option(know: Know, parsed: Value, name: str, node: Node) -> Values:
    """The defaults of the options that fill an attribute of a command line."""
    parts = [known for option, known in know.command_line(parsed) if option == name]
    return know.union([an_open("environment", node), *parts], node)
