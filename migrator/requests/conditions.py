"""Tests that code in two places stands under: what one lets through, the other may keep out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.read.scopes import FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.know.evaluator import Evaluator
    from migrator.know.values import Entry, Frame, Value
    from migrator.read.nodes import Node
    from migrator.requests.request_records import Given, Request

    Condition = tuple[Value, str]


def excludes(know: Evaluator, call: Node, frame: Frame | None, entry: Entry) -> bool:
    """Whether a test lets a call be made only where the same test keeps an entry from being written."""
    there = dict(_conditions(know, entry.node or entry.holder, entry.frame))
    if not there:
        return False
    return any(there.get(one, outcome) != outcome for one, outcome in _conditions(know, call, frame))


def _conditions(know: Evaluator, node: Node, frame: Frame | None) -> Iterator[tuple[Condition, bool]]:
    """What is surely so where a node stands: attributes of the object at hand that never change."""
    below = node
    for above in node.ancestors():
        if above.kind in FUNCTIONS:
            return
        test = above.child("test") if above.kind in ("If", "IfExp") else None
        if test is not None and below.field in ("body", "orelse"):
            outcome = below.field == "body"
            if test.kind == "UnaryOp" and test.value == "Not":
                test, outcome = test.first, not outcome
            one = _fixed(know, test, frame)
            if one is not None:
                yield one, outcome
        below = above


def _fixed(know: Evaluator, test: Node, frame: Frame | None) -> Condition | None:
    if test.kind != "Attribute" or test.first.kind != "Name":
        return None
    name = str(test.value)
    values = know.value(test.first, frame)
    if (
        len(values) != 1
        or know.set_by_name(name)
        or any(not know.is_written(s.file) for s in know.computed_stores)
    ):
        return None
    if any(store.scope.value != "__init__" for store in know.stores(name)):
        return None
    return next(iter(values)), name


def by_model(request: Request) -> Iterator[Request]:
    """A request for each of its models, where a test of what gives the model decides what it is given."""
    known = frozenset(v for v in request.models if v.text is not None)
    if len(request.models) == 1 or not known or not any(_tests(request)):
        yield request
        return
    for value in sorted(known, key=lambda one: str(one.text)):
        yield for_text(request, str(value.text))._replace(models=frozenset((value,)))
    if request.models - known:
        yield request._replace(models=request.models - known)


def for_text(request: Request, text: str) -> Request:
    """A request without what a test of its model keeps from that one."""
    kept_out = [given for given, part, is_given in _tests(request) if (part in text) != is_given]
    given = tuple(one for one in request.parameters if one not in kept_out)
    return request._replace(parameters=given) if kept_out else request


def _tests(request: Request) -> Iterator[tuple[Given, str, bool]]:
    """What is given under a test for a text in what gives the model; whether it is if that is there."""
    asked = {e.node.source: e.holder for e in request.naming if e.node is not None}
    for given in request.parameters:
        yield from _put_in(given, request)
        below = given.entry.node or given.entry.holder
        for above in (below, *below.ancestors()):
            if above.kind in FUNCTIONS or (above.kind != "IfExp" and above.field == "body"):
                break
            if above.kind == "IfExp" and above != below and len(asked) == 1:
                yield from _looked_for(given, above.child("test"), asked, below.field == "body")
            elif above.kind == "DictComp" and any(map(above.inside, _put_together(request))):
                yield from _left_out(given, above, request)
            below = above


def _put_together(request: Request) -> Iterator[Node]:
    """Where a request is put together: its call, the dicts that name its model."""
    yield request.call
    yield from (entry.holder for entry in request.naming if entry.holder.kind == "Dict")


def _put_in(given: Given, request: Request) -> Iterator[tuple[Given, str, bool]]:
    """What is put into a dict later, where a text is in the model that the dict was made with."""
    statement = given.entry.holder.statement
    target = statement.child("targets") if statement.kind == "Assign" else None
    key = target.child("slice") if target is not None and target.kind == "SubscriptStore" else None
    if target is None or key is None:
        return
    taken = {f'{target.first.source}["{e.key}"]' for e in request.naming if makes(e, target.first)}
    new = key.child("body")
    tests = [(key.child("test"), given.name == new.value)] if key.kind == "IfExp" and new is not None else []
    above = statement.parent
    test = above.child("test") if above is not None and above.kind == "If" else None
    if test is not None and test.kind == "BoolOp" and test.value == "And":
        tests.append((test.all("values")[-1], True))
    for one, is_given in tests:
        other = one.child("comparators") if one is not None and one.kind == "Compare" else None
        if (
            one is not None
            and other is not None
            and _plain(other) in taken
            and isinstance(one.first.value, str)
        ):
            yield given, one.first.value, is_given is (one.value == ("In",))


def makes(naming: Entry, base: Node) -> bool:
    """Whether what gives a model stands in a dict that is made under a name, before more is put into it."""
    made = naming.holder.statement
    target = made.child("targets") or made.child("target")
    return (
        (naming.holder.kind == "Dict" or _is_dict(naming.holder))
        and base.kind == "Name"
        and naming.holder.parent == made
        and target is not None
        and target.value == base.value
        and made.scope == base.scope
        and made.line < base.line
    )


def _is_dict(made: Node) -> bool:
    return made.kind == "Call" and made.first.kind == "Name" and made.first.value == "dict"


def _looked_for(
    given: Given, test: Node | None, asked: dict[str, Node], is_given: bool
) -> Iterator[tuple[Given, str, bool]]:
    other = test.child("comparators") if test is not None and test.kind == "Compare" else None
    if test is not None and other is not None and "In" in test.value:
        holder = asked.get(_plain(other))
        if holder is not None and isinstance(test.first.value, str) and test.inside(holder):
            yield given, test.first.value, is_given


def _left_out(given: Given, made: Node, request: Request) -> Iterator[tuple[Given, str, bool]]:
    """What is left out of a dict or renamed in it, where a text is in what gives a call its model."""
    own = [k.first.source for k in request.call.all("keywords") if k.value in request.rule.model]
    beside = (e.node for e in request.naming if e.form == "entry" and made.inside(e.holder))
    own += [node.source for node in beside if node is not None]
    taken = {f'{one.source}["{e.key}"]' for one in made.among("Name") for e in request.naming}
    for test in made.among("BoolOp"):
        named, looked = test.all("values")[0], test.all("values")[-1]
        asks = looked.kind == "Compare" and looked.value == (("NotIn",) if test.value == "Or" else ("In",))
        other, part = looked.child("comparators"), looked.first.value
        if not asks or other is None or _plain(other) not in (own or taken) or not isinstance(part, str):
            continue
        above = test.parent
        new = above.child("body") if test.value == "And" and above is not None else None
        if given.name in {n.value for n in named.among("Constant")}:
            yield given, part, False
        elif new is not None and given.name == new.value:
            yield given, part, True


def _plain(node: Node) -> str:
    """The source of an expression, without `str()` around it."""
    is_text = node.kind == "Call" and node.first.value == "str" and len(node.all("args")) == 1
    return node.all("args")[0].source if is_text else node.source
