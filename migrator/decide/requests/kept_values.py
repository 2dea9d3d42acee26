"""What a program keeps of a parameter that is sent no more: records of it, and tests that go by it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from migrator.decide.records import Additions
from migrator.inventory import Finding
from migrator.read.scopes import FUNCTIONS, last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.linked import Linked
    from migrator.decide.plans import Planner
    from migrator.decide.records import Judged
    from migrator.decide.requests.planned_parameters import Planned
    from migrator.read.nodes import Node

RULE = "GPT55-P903"
_AROUND = ("BoolOp", "UnaryOp", "IfExp", "BinOp", "JoinedStr", "FormattedValue")
_TURNED = ("str", "float", "int", "bool", "round", "repr")
MAX_NAMES = 3
"""Names of which one is made of another."""


class Kept(NamedTuple):
    """A place that a value is kept at: by which name, and whether it is a test (`is_asked`)."""

    node: Node
    name: str
    is_asked: bool = False


def kept_values(planner: Planner) -> Additions:
    """A finding where a record says, or a test goes by, what new models are sent no more."""
    found: dict[tuple[Node, str], Finding] = {}
    for call, plans in planner.planned.items():
        moving = [one for one in planner.by_site.get(call, ()) if planner.moves(one)]
        for plan in plans if moving else ():
            for kept in of_plan(planner, plan):
                key = kept.node, plan.parameter.name
                found.setdefault(key, _finding(planner, call, moving, kept, plan.parameter.name))
    return Additions(findings=list(found.values()))


def _finding(planner: Planner, call: Node, moving: list[Judged], kept: Kept, parameter: str) -> Finding:
    targets = sorted({planner.engine.catalogue.target(planner.variants[one.id]) for one in moving})
    return Finding(
        rule=RULE,
        path=kept.node.file.path,
        line=kept.node.line,
        column=kept.node.span[1] + 1,
        message=_said(kept, parameter, " and ".join(targets)),
        references=tuple(one.id for one in moving),
        call_sites=(planner.site_id(call),),
    )


def _said(kept: Kept, name: str, targets: str) -> str:
    if kept.is_asked:
        return f"`{kept.name}` goes by {name}, which {targets} is no longer sent"
    return f"`{kept.name}` records {name}, which {targets} is no longer sent"


def of_plan(planner: Planner, plan: Planned) -> Iterator[Kept]:
    """What is kept of the value of a parameter that a plan takes out of a request."""
    setting, linked = plan.setting, planner.engine.linked
    if setting is None or plan.parameter.action != "remove" or not plan.steps:
        return
    is_live = planner.engine.contexts.of
    for load in _others(linked, setting.value):
        if is_live(load.file.path) != "test":
            yield from _kept(linked, load, setting.name, 0)
    for call in _dumps(linked, setting.value):
        if is_live(call.file.path) != "test":
            yield Kept(call, call.source)


def _dumps(linked: Linked, value: Node) -> Iterator[Node]:
    """What makes dicts of the objects that a parameter's value is a field of."""
    own = _classes(linked, value.first) if value.kind == "Attribute" else set()
    for name in linked.names.listed("as-dict") if own else ():
        for call in linked.project.calls(name):
            arguments = call.all("args")
            is_method = call.first.kind == "Attribute" and not arguments
            subject = call.first.first if is_method else arguments[0] if arguments else None
            if subject is not None and own & _classes(linked, subject) and not _is_sent(linked, call):
                yield call


def _others(linked: Linked, value: Node) -> Iterator[Node]:
    """The other places that a parameter's value is read at."""
    if value.kind == "Name":
        loads = (load for one in linked.project.bindings(value) for load in linked.project.loads(one))
        yield from (load for load in dict.fromkeys(loads) if load != value)
    elif value.kind == "Attribute":
        own = _classes(linked, value.first)
        for load in linked.project.attribute_loads(str(value.value)):
            is_same = load.first.source == value.first.source and load.scope == value.scope
            if load != value and (is_same or own & _classes(linked, load.first)):
                yield load


def _classes(linked: Linked, node: Node) -> set[Node]:
    return {value.data for value in linked.known(node) if value.kind == "instance"}


def _kept(linked: Linked, load: Node, parameter: str, steps: int) -> Iterator[Kept]:
    """Where a value, or what a test says of it, is put down."""
    node, is_asked = load, False
    while node.parent is not None and (node.parent.kind in _AROUND or _is_turned(node.parent)):
        node = node.parent
    if node.parent is not None and node.parent.kind == "Compare" and _asks_how_much(node.parent):
        node, is_asked = node.parent, True
        while node.parent is not None and node.parent.kind in _AROUND:
            node = node.parent
    above = node.parent
    if above is None:
        return
    if above.kind == "Dict" and node.field == "values" and not _is_sent(linked, above):
        keys = (key for key in above.all("keys") if key.after == node)
        yield from (Kept(node, key.value) for key in keys if isinstance(key.value, str))
    elif above.kind == "keyword" and is_asked:
        yield Kept(node, str(above.value))
    elif above.kind in ("If", "IfExp", "While") and is_asked and node.field == "test":
        if not _is_about(above, parameter):
            yield Kept(node, node.source, is_asked=True)
    elif above.kind in ("Assign", "AnnAssign") and node.field == "value":
        yield from _assigned(linked, above, parameter, steps, is_asked=is_asked)


def _assigned(
    linked: Linked, statement: Node, parameter: str, steps: int, *, is_asked: bool
) -> Iterator[Kept]:
    """What a value is put under: a key of a record, or a name that is read elsewhere."""
    target = statement.child("targets") or statement.child("target")
    if target is None:
        return
    if target.kind == "SubscriptStore":
        key, base = target.child("slice"), target.first
        if key is not None and isinstance(key.value, str) and not _is_spread(linked, base):
            yield Kept(statement, key.value)
    elif target.kind == "NameStore" and is_asked and steps < MAX_NAMES:
        for load in linked.project.loads(target):
            yield from _answer(linked, load, parameter, steps)


def _answer(linked: Linked, load: Node, parameter: str, steps: int) -> Iterator[Kept]:
    """Where what a test has said is put down, or asked for."""
    node = load
    while node.parent is not None and node.parent.kind in _AROUND:
        node = node.parent
    above = node.parent
    if above is not None and above.kind in ("If", "IfExp", "While") and node.field == "test":
        if not _is_about(above, parameter):
            yield Kept(node, node.source, is_asked=True)
    else:
        yield from _kept(linked, load, parameter, steps + 1)


def _is_turned(call: Node) -> bool:
    return call.kind == "Call" and last_name(call.first) in _TURNED and len(call.arguments()) == 1


def _asks_how_much(test: Node) -> bool:
    """Whether a value is compared with a number, not asked for its presence or type."""
    sides = [test.first, *test.all("comparators")]
    numbers = [one.value for one in sides if one.kind == "Constant"]
    is_number = any(isinstance(one, (int, float)) and not isinstance(one, bool) for one in numbers)
    return is_number and len(sides) == 2


def _is_about(branch: Node, parameter: str) -> bool:
    """Whether what hangs on a test refuses a value, or only says how the parameter itself is sent."""
    parts = [node for field in ("body", "orelse") for node in branch.all(field)]
    inside = [inner for node in parts for inner in (node, *node.descendants())]
    return any(one.kind == "Raise" or one.value == parameter for one in inside)


def _is_sent(linked: Linked, display: Node) -> bool:
    """Whether a dict is, or is a part of, what is sent to a model."""
    outer = [display, *(one for one in display.ancestors() if one.kind == "Dict")]
    if any(linked.names.any("chat-or-completion", map(str, _keys(one))) for one in outer):
        return True
    above = outer[-1].parent
    if above is None:
        return False
    if above.kind in ("Assign", "AnnAssign"):
        target = above.child("targets") or above.child("target")
        if target is None or target.kind != "NameStore":
            return False
        given = any(_is_beside_model(linked, load) for load in linked.project.loads(target))
        return given or _is_spread(linked, target)
    if _is_beside_model(linked, outer[-1]):
        return True
    is_spread = above.kind == "keyword" and not above.value
    return is_spread or above.kind in FUNCTIONS or display in _holders(linked)


def _is_beside_model(linked: Linked, given: Node) -> bool:
    """Whether an expression is given to a library's call that names a model beside, or for what is sent."""
    keyword = given.parent if given.parent is not None and given.parent.kind == "keyword" else None
    call = keyword.parent if keyword is not None else given.parent
    if call is None or call.kind != "Call" or given.field == "func":
        return False
    names = [str(one.value) for one in call.all("keywords") if one is not keyword]
    is_named = keyword is not None and linked.names("sent-settings", str(keyword.value))
    if is_named or not any(map(linked.names.model, names)):
        return is_named
    called = linked.known(call.first)
    return bool(called) and all(value.kind == "library" for value in called)


def _keys(display: Node) -> list[object]:
    return [key.value for key in display.all("keys")]


def _is_spread(linked: Linked, name: Node) -> bool:
    """Whether a dict of a name is spread into a call."""
    bindings = (
        [name] if name.kind == "NameStore" else linked.project.bindings(name) if name.kind == "Name" else []
    )
    loads = (load.parent for one in bindings for load in linked.project.loads(one))
    return any(above is not None and above.kind == "keyword" and not above.value for above in loads)


def _holders(linked: Linked) -> set[Node]:
    """The displays that requests are given their parameters in."""
    requests = (request for found in linked.requests.values() for request in found)
    return {given.entry.holder for request in requests for given in request.parameters}
