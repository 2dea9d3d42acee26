"""Settings beside the code: a variable's value in a file and its default in code are one decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from migrator.data.formats import is_data
from migrator.decide.receivers import model_arguments
from migrator.inventory import Finding
from migrator.know.record_classes import variables_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.plans import Planner
    from migrator.decide.records import Judged, Site
    from migrator.read.nodes import Node

SETTINGS = "GPT55-D002"
_MANY = 6


class _Told(NamedTuple):
    """What a call is told to send: by files of settings, and by the code where they say nothing."""

    set: list[str]
    defaults: list[str]


def agree(planner: Planner) -> None:
    """A setting and its default in code get the same variant where they name the same model."""
    for ones in planner.by_site.values():
        code = {o.occurrence.model: o for o in ones if o.id in planner.variants and not is_data(o.file.path)}
        for one in ones:
            same = code.get(one.occurrence.model)
            is_one = planner.engine.linked.is_setting(one.file.path)
            if same is not None and one.id in planner.variants and is_one:
                planner.variants[one.id] = planner.variants[same.id]
                planner.advice[one.id] = planner.advice[same.id]


def said(planner: Planner) -> Iterator[Finding]:
    """Calls that send what a file sets, with what they send where it sets nothing."""
    everything = frozenset(planner.engine.catalogue.catalog.variants)
    for call, ones in planner.by_site.items():
        told = _told(planner, call, ones)
        if not told.set or planner.sites[call].receiver is None:
            continue
        plans = planner.requests.plan(planner.sites[call], everything, frozenset())
        refused = dict.fromkeys(p.parameter.name for p in plans if p.parameter.action != "keep")
        rest = f"; new models refuse {', '.join(refused)}" if refused else ""
        yield Finding(
            rule=SETTINGS,
            path=call.file.path,
            line=call.line,
            column=call.span[1] + 1,
            message=f"{_sentence(told)}{rest}",
            severity="note",
            call_sites=(planner.site_id(call),),
        )


def variables_read(planner: Planner, call: Node) -> list[str]:
    """The variables of the environment that a call may take its model from, each with where it is read."""
    return [f"{name} (read at {where})" for name, where in sorted(_read(planner, call).items())]


def _read(planner: Planner, call: Node) -> dict[str, str]:
    found: dict[str, str] = {}
    for request in planner.engine.linked.requests_of(call):
        for value in request.models:
            if value.kind == "open" and value.data == "environment":
                for name in _names(planner, value.node):
                    found.setdefault(name, value.node.where)
    return found


def _names(planner: Planner, read: Node) -> Iterator[str]:
    """What is asked for: the key of `os.environ[…]`, the first argument of a getter, a declared field."""
    if read.kind == "AnnAssign":
        yield from (name.upper() for name in variables_of(planner.engine.linked.know, read))
        return
    key = read.child("slice") if read.kind == "Subscript" else next(iter(read.all("args")), None)
    for value in planner.engine.linked.known(key) if key is not None else ():
        if value.text:
            yield value.text


def stores_read(planner: Planner, site: Site) -> list[str]:
    """What a call may take its model from that is kept outside the program: which key of what, read where."""
    found: dict[str, str] = {}
    for request in planner.engine.linked.requests_of(site.call):
        for value in request.models:
            if value.kind == "open" and value.data == "library result":
                given = [value.node] if value.node.kind != "alias" else _given(site)
                found.update(pair for node in given for pair in _kept(planner, node))
    return [f"{name} (read at {where})" for name, where in sorted(found.items())]


def _given(site: Site) -> list[Node]:
    return model_arguments(site.call, site.receiver.call) if site.receiver is not None else []


def _kept(planner: Planner, node: Node | None) -> Iterator[tuple[str, str]]:
    """The store on the way to a value, and the key: what it is asked for, or what is picked from it."""
    keys: list[str] = []
    path, texts, where = "", list[str](), node.where if node is not None else ""
    while node is not None:
        key = node.child("slice")
        keys += [key.value] if key is not None and isinstance(key.value, str) else []
        paths = {str(v.data) for v in planner.engine.linked.known(node) if v.kind == "library"}
        path = path or next((one for one in sorted(paths) if planner.engine.linked.names("stored", one)), "")
        asked = node.arguments() if node.kind == "Call" else []
        texts += [one.value for one in asked if one.kind == "Constant" and isinstance(one.value, str)]
        node = None if path and asked else node.child("value") or node.child("func")
    if path:
        name = next(iter(texts), ".".join(reversed(keys)))
        yield f"{name} of {path.replace('()', '')}".removeprefix(" of "), where


def _told(planner: Planner, call: Node, ones: list[Judged]) -> _Told:
    variables, read = planner.engine.linked.project.variables, _read(planner, call)
    ordered = sorted(variables, key=lambda name: name in read)
    by_node = {one.node: one._replace(name=name) for name in ordered for one in variables[name]}
    told = _Told([], [])
    for one in ones:
        variable = by_node.get(one.node) if one.node is not None else None
        if variable is not None:
            told.set.append(f"{variable.name} is {variable.text} in {variable.node.where}")
        elif one.node is not None:
            told.defaults.append(f"{one.occurrence.model} ({one.node.where})")
    return told


def _sentence(told: _Told) -> str:
    default = f"the default in code is {', '.join(told.defaults[:_MANY])}; " if told.defaults else ""
    more = f" and {len(told.set) - _MANY} more" if len(told.set) > _MANY else ""
    return f"{default}{', '.join(told.set[:_MANY])}{more}: this call sends what is set there"
