"""The language's own functions, and those of its library that can't be written in it."""

from __future__ import annotations

import fnmatch
import inspect
import textwrap
from typing import TYPE_CHECKING, Any

from migrator.know.computing import BOTH, FALSE, TRUE, booleans, computed, truth
from migrator.know.constructing import COPY, made_by_new
from migrator.know.library import texts
from migrator.know.library.containers import FUNCTIONS as CONTAINERS
from migrator.know.library.matching import MATCHING
from migrator.know.library.texts import with_entries
from migrator.know.library.type_tests import is_instance, made_class, type_of
from migrator.know.lookups import is_own_name, item
from migrator.know.mappings import parsed_value
from migrator.know.values import NOTHING, Value, constant, given_site, opened

if TYPE_CHECKING:
    from collections.abc import Callable

    from migrator.know.library.call import Call, Rule
    from migrator.know.values import Values


def _first(call: Call) -> Values:
    return call.at(0)


def _second(call: Call) -> Values:
    return call.at(1)


def _attribute(call: Call) -> Values:
    """`getattr(x, "name", default)`."""
    parts = []
    for base in call.at(0):
        for name in call.plain(1):
            if name.text is not None:
                parts.append(call.know.member(base, name.text, call.node, call.frame))
                parts.append(call.at(2) if not _surely_has(call, base, name.text) else NOTHING)
            else:
                parts.append(call.open("computed"))
    return call.union(*parts)


def _surely_has(call: Call, base: Value, name: str) -> bool:
    cls = base.data if base.kind == "instance" else base.node if base.kind == "class" else None
    return cls is not None and bool(call.know.resolved(cls, name))


def _has_attribute(call: Call) -> Values:
    found: set[bool] = set()
    for base in call.at(0):
        for name in call.plain(1):
            sure = name.text is not None and _surely_has(call, base, name.text)
            found |= TRUE if sure else BOTH
    return booleans(call.node, frozenset(found))


def _set_attribute(call: Call) -> Values:
    return frozenset((constant(None, call.node, ()),))


def _partial(call: Call) -> Values:
    return frozenset((Value("partial", call.node, call.frame, None, (call.sites[-1],)),))


def _text(call: Call) -> Values:
    if not call.given():
        return frozenset((constant("", call.node, ()),))
    return texts.texts(call.know, call.at(0), call.node)


def _number(function: Callable[..., Any]) -> Rule:
    def rule(call: Call) -> Values:
        if not call.given():
            return frozenset((constant(function(), call.node, ()),))
        places = sorted({e.key for e in call.given() if isinstance(e.key, int)})
        return computed(call.node, call.frame, [call.plain(place) for place in places], function)

    return rule


def _truth(call: Call) -> Values:
    if not call.given():
        return booleans(call.node, FALSE)
    return booleans(call.node, frozenset(b for v in call.at(0) for b in truth(call.know, v)))


def _any_or_all(call: Call) -> Values:
    """`any(a)`, `all(a)`."""
    stops = call.path == "any"
    found: set[bool] = set()
    for base in call.at(0):
        if base.kind != "sequence":
            found |= BOTH
            continue
        entries = call.know.elements(base)
        outcomes = [frozenset(b for v in call.know.held(e) for b in truth(call.know, v)) for e in entries]
        is_sure = base.data in ("list", "tuple", "set", "known") or (
            base.data == "comprehension" and len(outcomes) > 0
        )
        found |= {stops} if any(stops in o for o in outcomes) else frozenset[bool]()
        if not (is_sure and any(o == {stops} for o in outcomes)):
            found.add(not stops)
    return booleans(call.node, frozenset(found))


def _object(call: Call) -> Values:
    return frozenset((Value("library", call.node, call.frame, "object()"),))


def _new(call: Call) -> Values:
    """`object.__new__(cls)`: an object that nothing was given yet."""
    made = [
        made_by_new(call.know, v.node, call.node, call.frame) if v.kind == "class" else call.open("computed")
        for v in call.at(0)
    ]
    return call.union(*made) if made else call.open("computed")


def _replaced(call: Call) -> Values:
    """`replace(x, field=…)`: the fields of an object, some of them anew."""
    found: set[Value] = set()
    for value in call.at(0):
        if value.kind == "instance":
            found.add(Value("instance", call.node, call.frame, value.data, call.sites, COPY))
        else:
            found.add(value)
    return frozenset(found)


def _fields(call: Call) -> Values:
    """`dataclasses.fields(x)`: objects with a name."""
    found: dict[str, None] = {}
    for value in call.at(0):
        cls = value.data if value.kind == "instance" else value.node if value.kind == "class" else None
        if cls is None:
            return call.open("computed")
        found.update(dict.fromkeys(call.know.record_fields(cls)))
    fields = tuple(call.know.named(name, call.node) for name in found)
    return frozenset((Value("sequence", call.node, call.frame, "known", fields),))


def _parsed(call: Call) -> Values:
    """`json.loads` of a text that stands in the code, or of what was encoded before."""
    found: set[Value] = set()
    for value in call.at(0):
        if value.kind == "encoded":
            found |= value.more
        elif value.text is not None:
            found |= _of_text(call, value)
        else:
            is_text = value.kind != "open" or value.data == "environment"
            found.add(opened("computed", call.node) if is_text else value)
    return frozenset(found)


def _of_text(call: Call, text: Value) -> Values:
    read = _READERS.get(call.path)
    try:
        parsed = read(text.constant) if read is not None else None
    except Exception:
        return call.open("computed")
    if read is None:
        return call.open("computed")
    return frozenset((parsed_value(parsed, call.node, text),))


def _json(text: str) -> Any:  # noqa: ANN401
    import json

    return json.loads(text)


def _toml(text: str) -> Any:  # noqa: ANN401
    import sys

    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    return tomllib.loads(text)


_READERS: dict[str, Callable[[str], Any]] = {
    "json.loads": _json,
    "orjson.loads": _json,
    "tomllib.loads": _toml,
    "tomli.loads": _toml,
    "toml.loads": _toml,
}


def _encoded(call: Call) -> Values:
    given = call.at(0)
    if any(v.kind == "encoded" for v in given):
        return call.open("computed")
    return frozenset((Value("encoded", call.node, call.frame, "", given),)) if given else NOTHING


def _imported_module(call: Call) -> Values:
    found: set[Value] = set()
    if is_own_name(next(iter(call.node.all("args")), None)):
        return frozenset((Value("module", call.node.file.node(0)),))
    for name in call.plain(0):
        text = name.text or ""
        level = len(text) - len(text.lstrip("."))
        file = call.know.project.module(call.node.file, text.lstrip("."), level) if text else None
        if file is not None:
            found.add(Value("module", file.node(0)))
        elif text:
            found.add(Value("library", call.node, None, text))
        else:
            found |= call.open("computed")
    return frozenset(found)


def _super(call: Call) -> Values:
    """`super()`, `super(Class, self)`."""
    scope = call.node.scope
    while scope.kind not in ("ClassDef", "Module") and scope.scope.kind != "ClassDef":
        scope = scope.scope
    method, cls = scope, scope.scope
    if cls.kind != "ClassDef" or not method.file.parameters.get(method.index):
        return call.open("computed")
    frame = call.know.frame_of(method, call.frame)
    first = method.file.nodes[method.file.parameters[method.index][0]]
    given = call.at(0)
    owners = [v.node for v in given if v.kind == "class"] or [cls]
    receivers = call.know.bound(first, frame)
    found = (v for v in receivers if v.kind in ("instance", "class"))
    made = {Value("super", owner, None, receiver) for receiver in found for owner in owners}
    return frozenset(made | {v for v in receivers if v.kind == "open"})


def super_method(call: Call, base: Value, name: str) -> Values:
    """What `object`'s own methods give, reached by `super()`."""
    if name == "__new__":
        seen: Value = base.data
        classes = [v.node for v in call.at(0) if v.kind == "class"]
        own = seen.data if seen.kind == "instance" else seen.node
        return call.union(*(made_by_new(call.know, c, call.node, call.frame) for c in classes or [own]))
    if name == "__getattribute__":
        return call.union(
            *(
                call.know.member(base.data, key.text, call.node, call.frame)
                if key.text
                else call.open("computed")
                for key in call.plain(0)
            )
        )
    return frozenset((constant(None, call.node, ()),))


def _substituted(call: Call) -> Values:
    """`Template(text).substitute(…)`."""
    from string import Template

    parts = []
    for text in call.plain(0):
        for mapping in call.at(1):
            if mapping.kind != "mapping" or text.text is None:
                parts.append(call.open("computed"))
                continue
            parts.append(
                with_entries(
                    call.know,
                    call.node,
                    call.frame,
                    text,
                    mapping,
                    lambda t, e: Template(t).safe_substitute(e),
                )
            )
    return call.union(*parts)


def _looked_up_item(call: Call) -> Values:
    return call.union(*(item(call.know, base, call.plain(1), call.node, call.frame) for base in call.at(0)))


def _computed(function: Callable[..., Any]) -> Rule:
    def rule(call: Call) -> Values:
        places = sorted({e.key for e in call.given() if isinstance(e.key, int)})
        if any(not isinstance(e.key, int) for e in call.given()):
            return call.open("computed")
        return computed(call.node, call.frame, [call.plain(place) for place in places], function)

    return rule


def _callable(call: Call) -> Values:
    found: set[bool] = set()
    for value in call.at(0):
        if value.kind in ("function", "class", "partial", "method"):
            found.add(True)
        else:
            found |= FALSE if value.kind in ("constant", "mapping", "sequence") else BOTH
    return booleans(call.node, frozenset(found))


def _kept(call: Call) -> Values:
    """`property(f)`, `staticmethod(f)`: asked about where it is seen in a class."""
    return call.one("library", f"{call.path}()")


def _called_method(call: Call) -> Values:
    """`operator.methodcaller(name, …)(x)`: the name and arguments are the first call's."""
    parts = []
    for base in call.at(0):
        for name in call.plain(1):
            for method in call.know.member(base, name.text or "", call.node, call.frame):
                rest = tuple(site._replace(skip=site.skip + 2) for site in call.sites if site.given is None)
                parts.append(
                    call.know.called(
                        method, rest or (given_site(call.node, call.frame),), call.node, call.frame
                    )
                )
    return call.union(*parts)


NATIVES: dict[str, Rule] = {
    **CONTAINERS,
    **MATCHING,
    "getattr": _attribute,
    "hasattr": _has_attribute,
    "setattr": _set_attribute,
    "functools.partial": _partial,
    "functools.partialmethod": _kept,
    "functools.cached_property": _kept,
    "property": _kept,
    "staticmethod": _kept,
    "classmethod": _kept,
    "str": _text,
    "int": _number(int),
    "float": _number(float),
    "bool": _truth,
    "any": _any_or_all,
    "all": _any_or_all,
    "abs": _computed(abs),
    "round": _computed(round),
    "repr": _computed(repr),
    "isinstance": is_instance,
    "callable": _callable,
    "type": type_of,
    "object": _object,
    "object.__new__": _new,
    "collections.namedtuple": made_class,
    "typing.NamedTuple": made_class,
    "dataclasses.make_dataclass": made_class,
    "pydantic.create_model": made_class,
    "dataclasses.replace": _replaced,
    "copy.replace": _replaced,
    "attrs.evolve": _replaced,
    "attr.evolve": _replaced,
    "_replaced": _replaced,
    "dataclasses.fields": _fields,
    "attrs.fields": _fields,
    "_substituted": _substituted,
    "_item": _looked_up_item,
    "_called_method": _called_method,
    "json.loads": _parsed,
    "orjson.loads": _parsed,
    "tomllib.loads": _parsed,
    "tomli.loads": _parsed,
    "toml.loads": _parsed,
    "json.dumps": _encoded,
    "orjson.dumps": _encoded,
    "_parsed": _parsed,
    "_encoded": _encoded,
    "textwrap.dedent": _computed(textwrap.dedent),
    "fnmatch.fnmatch": _computed(fnmatch.fnmatchcase),
    "fnmatch.fnmatchcase": _computed(fnmatch.fnmatchcase),
    "fnmatch.translate": _computed(fnmatch.translate),
    "inspect.cleandoc": _computed(inspect.cleandoc),
    "typing.cast": _second,
    "typing_extensions.cast": _second,
    "asyncio.run": _first,
    "importlib.import_module": _imported_module,
    "super": _super,
    "print": _set_attribute,
}
