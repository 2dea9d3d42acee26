"""Records: classes whose declared fields are what their constructor takes."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

from migrator.know import classes
from migrator.know.constructing import COPY
from migrator.know.library.objects import set_by_files
from migrator.know.members import described
from migrator.know.parameters import annotated, place_of
from migrator.know.questions import Field
from migrator.know.values import NOTHING, Entry, Value, an_open, constant, given_site
from migrator.read.scopes import FUNCTIONS, enclosing_class, last_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from migrator.know.evaluator import Evaluator as Know
    from migrator.know.values import Site, Values
    from migrator.read.nodes import Node

_VALIDATING = ("field_validator", "validator")
_DEEPEST = 4
"""Classes of settings in one another."""


def record_fields(know: Know, cls: Node) -> dict[str, Field]:
    """The declared fields by name in the constructor's order."""
    found: dict[str, Field] = {}
    if not classes.is_record(know, cls):
        return found
    for owner in reversed([one for one in know.mro(cls) if not isinstance(one, str)]):
        if owner.kind != "ClassDef":
            found.update(know.made_fields(owner))
        elif classes.is_record(know, owner):
            if owner not in know.declared:
                know.declared[owner] = dict(declared_in(owner))
            found.update(know.declared[owner])
    return found


def declared_in(cls: Node) -> Iterator[tuple[str, Field]]:
    """The fields that a class declares itself."""
    for statement in cls.all("body"):
        if statement.kind != "AnnAssign" or statement.first.kind != "NameStore":
            continue
        annotation = statement.child("annotation")
        kind = annotation.first if annotation is not None and annotation.kind == "Subscript" else annotation
        if last_name(kind) != "ClassVar":
            yield str(statement.first.value), Field(cls, statement, annotation, statement.child("value"))


def record_entries(
    know: Know, base: Value, name: str, handed: Sequence[tuple[Site, ...]] = ()
) -> Iterator[Entry]:
    """What a field of a record holds from its construction on.

    `handed` is what a constructor of its class's own gives to the record's: `super().__init__(model=…)`.
    """
    field = know.record_fields(base.data).get(name)
    if field is None or base.made == COPY:
        return
    if not base.more:
        yield from _made_elsewhere(know, field, name)
        return
    given = list(handed) if has_constructor(know, base.data) else [base.more]
    place = -1 if classes.is_by_keyword(know, base.data) else _place(know, base.data, name)
    names = {name, *_aliases(field)}
    yield from _prepared(know, base, name)
    for entry in (entry for sites in given for entry in know.arguments(sites)):
        if entry.key in names or entry.key is None or (entry.key == place and isinstance(entry.key, int)):
            yield _checked(know, base, name, field, entry.under(name))
    if not given or any(all(know.argument(sites, one, place)[1] for one in names) for sites in given):
        default = default_of(know, base, field, name)
        yield _checked(know, base, name, field, default) if _is_checked(know, base, name, field) else default
        if is_of_environment(know, base.data):
            known = _set_outside(know, base.data, field, variable_names(know, base.data, field, name))
            yield Entry(name, None, None, field.holder, "built", name, known)


# -- settings --------------------------------------------------------------------------------------


def is_of_environment(know: Know, cls: Node) -> bool:
    """Whether variables of the environment fill a class's fields."""
    return "BaseSettings" in {str(b).rpartition(".")[2] for b in classes.outside(know, cls)}


def variables_of(know: Know, holder: Node) -> list[str]:
    """The variables that fill the field that is declared at a place, if any does."""
    cls, name = enclosing_class(holder), str(holder.first.value)
    field = know.record_fields(cls).get(name) if cls is not None else None
    if cls is None or field is None or not is_of_environment(know, cls):
        return [name]
    return variable_names(know, cls, field, name)


def variable_names(know: Know, cls: Node, field: Field, name: str) -> list[str]:
    """The variables that fill a field: its name behind a prefix, or the names that it is given instead."""
    return _aliases(field) or [f"{_configured(know, cls, 'env_prefix')}{name}"]


def _set_outside(know: Know, cls: Node, field: Field, names: list[str], depth: int = 0) -> Values:
    """What the environment sets a field to, and what files give it, in whatever case they name it."""
    wanted = {name.casefold() for name in names}
    found = sorted(v for v in know.project.variables if v.casefold() in wanted)
    parts = [set_by_files(know, each, field.holder) for each in found]
    between = _configured(know, cls, "env_nested_delimiter")
    for value in annotated(know, field.annotation) if depth < _DEEPEST else ():
        if value.kind == "instance":
            below = [f"{name}{between}" for name in names] if between else []
            parts += [_from_json(value, given, field) for part in parts for given in part]
            parts.append(_filled(know, cls, field, value, below, depth + 1))
    return know.union([an_open("environment", field.holder), *parts], field.holder)


def _from_json(value: Value, given: Value, field: Field) -> Values:
    """An object that a variable gives as JSON."""
    fields = None
    with suppress(ValueError, RecursionError):
        fields = json.loads(given.text) if given.text else None
    if not isinstance(fields, dict):
        return NOTHING
    texts = {
        name: frozenset((constant(each, given.node),))
        for name, each in fields.items()
        if isinstance(each, str)
    }
    return frozenset((value._replace(more=(given_site(field.holder, None, **texts),)),))


def _filled(know: Know, cls: Node, field: Field, value: Value, below: list[str], depth: int) -> Values:
    """An object with the fields that files set by variables of their own, if any."""
    given = {}
    for name, inner in know.record_fields(value.data).items():
        names = [f"{start}{each}" for start in below for each in _aliases(inner) or [name]]
        low = tuple(each.casefold() for each in names)
        if any(each.casefold().startswith(low) for each in know.project.variables):
            given[name] = _set_outside(know, cls, inner, names, depth)
    if not given:
        return NOTHING
    return frozenset((value._replace(more=(given_site(field.holder, None, **given),)),))


def _configured(know: Know, cls: Node, name: str) -> str:
    """A text in a class's configuration: `model_config`, a `Config` of its own, or where it is derived."""
    for owner in (one for one in know.mro(cls) if not isinstance(one, str)):
        for kind in ("keyword", "NameStore"):
            for named in owner.within(kind):
                holder = named if kind == "keyword" else named.parent
                given = holder.child("value") if holder is not None and named.value == name else None
                for value in know.value(given, know.frames.of(given)) if given is not None else ():
                    if value.text is not None:
                        return value.text
    return ""


def _place(know: Know, cls: Node, name: str) -> int:
    return list(know.record_fields(cls)).index(name)


def default_of(know: Know, base: Value, field: Field, name: str) -> Entry:
    """What a field is where nothing is given for it."""
    frame = know.frames.of(field.owner)
    if field.default is None:
        return Entry(name, None, None, field.holder, "field", name, field.known)
    values = know.value(field.default, frame)
    known = know.union((described(know, base, v, field.default) for v in values), field.default)
    is_plain = known == values
    return Entry(
        name,
        field.default if is_plain else None,
        frame,
        field.owner,
        "field",
        name,
        NOTHING if is_plain else known,
    )


def _made_elsewhere(know: Know, field: Field, name: str) -> Iterator[Entry]:
    """A field of an object that is made by callers outside: its default, or anything of its type."""
    base = Value("instance", field.owner, None, field.owner)
    yield default_of(know, base, field, name)
    known = an_open("caller outside", field.holder) | annotated(know, field.annotation)
    yield Entry(name, None, None, field.holder, "built", name, known)


def has_constructor(know: Know, cls: Node) -> bool:
    """Whether a class, or one that it builds on, has a constructor that is written."""
    return any(owner.kind == "ClassDef" for owner, _ in know.resolved(cls, "__init__"))


def _aliases(field: Field) -> list[str]:
    """Other names under which a constructor takes a field."""
    call = field.default
    if call is None or call.kind != "Call":
        return []
    named = (call.keyword(name) for name in ("alias", "validation_alias", "env"))
    given = [node for node in named if node is not None]
    choices = [choice for node in given if node.kind in ("Call", "List") for choice in node.children()]
    return [str(node.value) for node in (*given, *choices) if node.kind == "Constant"]


def _checked(know: Know, base: Value, name: str, field: Field, entry: Entry) -> Entry:
    """An entry with what validators and converters make of its value."""
    checks = list(_checks(know, base, name, field))
    if not checks:
        return entry
    given = know.held(entry)
    site = given_site(field.holder, None, given)
    made = [know.called(check, (site,), field.holder, None) for check in checks]
    return entry._replace(node=None, known=know.union([given, *made], field.holder))


def _is_checked(know: Know, base: Value, name: str, field: Field) -> bool:
    """Whether a field's default goes through its validators and converters."""
    checking = [d for check in _checks(know, base, name, field) for d in _validators(check.node)]
    call = field.default
    is_converted = call is not None and call.kind == "Call" and call.keyword("converter") is not None
    return is_converted or (bool(checking) and _checks_default(field, checking))


def _prepared(know: Know, base: Value, name: str) -> Iterator[Entry]:
    """What methods that see all that a constructor is given put there for a field."""
    for owner in know.mro(base.data):
        methods = owner.all("body") if not isinstance(owner, str) and owner.kind == "ClassDef" else ()
        for method in methods:
            if method.kind in FUNCTIONS and any(map(_prepares, method.decorators)):
                cls = Value("class", base.data, know.frames.of(base.data))
                bound = Value("function", method, know.frames.of(method.scope), cls)
                site = given_site(method, None, an_open("computed", method))
                for value in know.called(bound, (site,), method, None):
                    entries = know.entries(value) if value.kind == "mapping" else ()
                    yield from (entry for entry in entries if entry.key == name and entry.node is not None)


def _prepares(decorator: Node) -> bool:
    """Whether a decorator makes of a method what a constructor's arguments go through first."""
    if decorator.kind != "Call" or last_name(decorator.first) not in ("model_validator", "root_validator"):
        return False
    told = decorator.keyword("mode") or decorator.keyword("pre")
    return told is not None and told.value in ("before", True)


def _checks(know: Know, base: Value, name: str, field: Field) -> Iterator[Value]:
    call = field.default
    converter = call.keyword("converter") if call is not None and call.kind == "Call" else None
    if converter is not None:
        yield from know.value(converter, know.frames.of(field.owner))
    for owner in know.mro(base.data):
        if isinstance(owner, str) or owner.kind != "ClassDef":
            continue
        for method in owner.all("body"):
            if method.kind in FUNCTIONS and _validates(method, name):
                cls = Value("class", base.data, know.frames.of(base.data))
                yield Value("function", method, know.frames.of(owner), cls)


def validated(know: Know, arg: Node, method: Node) -> Iterator[Values]:
    """What constructors give the fields that a method checks, and the defaults that it is to check."""
    is_checked = method.scope.kind == "ClassDef" and place_of(arg, method) == 0
    checks = list(_validators(method)) if is_checked else []
    for name, field in know.record_fields(method.scope).items() if checks else ():
        checking = [one for one in checks if {name, "*"} & _named_by(one)]
        for made in know.instances(method.scope) if checking else ():
            for entry in know.field(made, name) if made.more else ():
                if entry.form != "field" or _checks_default(field, checking):
                    yield know.held(entry)


def _checks_default(field: Field, checks: list[Node]) -> bool:
    declared = field.default if field.default is not None and field.default.kind == "Call" else None
    asked = [check.keyword("always") for check in checks]
    asked += [declared.keyword("validate_default")] if declared is not None else []
    return any(one is not None and one.value is True for one in asked)


def _validates(method: Node, name: str) -> bool:
    return any({name, "*"} & _named_by(check) for check in _validators(method))


def _validators(method: Node) -> Iterator[Node]:
    """What makes a method a check of fields."""
    for decorator in method.decorators:
        if decorator.kind == "Call" and last_name(decorator.first) in _VALIDATING:
            yield decorator


def _named_by(check: Node) -> set[object]:
    return {a.value for a in check.all("args") if a.kind == "Constant"}
