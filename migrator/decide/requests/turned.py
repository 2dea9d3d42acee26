"""Code that gives a parameter's new name up for the old one, and places where a name is taken already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.read.scopes import dotted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from migrator.decide.requests.given_parameters import Setting
    from migrator.read.nodes import Node
    from migrator.requests.request_records import Request


def turns_back(setting: Setting, new: str) -> bool:
    """Whether a parameter's value is what the same dict held by its new name: `d["old"] = d.pop("new")`."""
    value, base = setting.value, _base(setting)
    if not base:
        return False
    return _pops(value, base, new) or (
        value.kind == "Subscript" and dotted(value.first) == base and _key(value) == new
    )


def turned_back(setting: Setting, new: str) -> tuple[Node, ...]:
    """The statements that do so, if they are done for every model: without them `d` keeps the new name."""
    statement, base = setting.holder.statement, _base(setting)
    if not turns_back(setting, new):
        return ()
    whole = _tested(statement, base, new)
    if any(above.kind in _CHOICES for above in whole.ancestors()):
        return ()
    return (whole,) if setting.value.kind == "Call" else tuple(_deleted(statement, base, new))


_CHOICES = frozenset({"If", "IfExp", "match_case", "While", "For", "ExceptHandler"})


def _base(setting: Setting) -> str:
    """The dict whose item a parameter is, where nothing else is assigned."""
    statement = setting.holder.statement
    if setting.form != "item" or statement.kind != "Assign" or len(statement.all("targets")) > 1:
        return ""
    return dotted(statement.first.child("value"))


def _pops(value: Node, base: str, new: str) -> bool:
    """`d.pop("new")`, `d.pop("new", None)`."""
    given = value.all("args") if value.kind == "Call" else []
    if not given or value.all("keywords") or dotted(value.first) != f"{base}.pop":
        return False
    nothing = all(one.kind == "Constant" and one.value is None for one in given[1:])
    return given[0].value == new and given[0].kind == "Constant" and nothing


def _key(subscript: Node) -> object:
    key = subscript.child("slice")
    return key.value if key is not None and key.kind == "Constant" else None


def _deleted(statement: Node, base: str, new: str) -> Iterator[Node]:
    """The assignment, and the `del d["new"]` right after it."""
    siblings = statement.parent.all(statement.field) if statement.parent is not None else []
    at = siblings.index(statement) + 1
    after = siblings[at] if at < len(siblings) else None
    targets = after.all("targets") if after is not None and after.kind == "Delete" else []
    gone = len(targets) == 1 and dotted(targets[0].child("value")) == base and _key(targets[0]) == new
    if after is not None and gone:
        yield statement
        yield after


def _tested(statement: Node, base: str, new: str) -> Node:
    """The statement, or the `if "new" in d:` that holds nothing else."""
    above = statement.parent
    if above is None or above.kind != "If" or above.all("orelse") or len(above.all("body")) > 1:
        return statement
    test = above.child("test")
    asks = test is not None and test.kind == "Compare" and test.value == ("In",) and test.first.value == new
    right = test.child("comparators") if test is not None and asks else None
    return above if right is not None and dotted(right) == base else statement


def is_given_beside(setting: Setting, other: Setting) -> bool:
    """Whether a parameter cannot take a name because the other one may be given by it at the same time."""
    if setting.form != "item" or setting.holder.inside(other.holder):
        return True
    return any(above.kind in _CHOICES for above in setting.holder.ancestors())


def given_with(
    setting: Setting, settings: Sequence[Setting], requests: Sequence[Request]
) -> dict[str, Setting]:
    """What may be given in one request with a parameter: all, but for what is in others alone.

    A dict that names its own model is no arm of a test of the model's name, which may take more names.
    """
    is_known = setting.request is not None and not any(r.open or r.is_too_much for r in requests)
    sent = [{one.entry.node for one in request.parameters} for request in requests] if is_known else []
    beside = {value for values in sent if setting.value in values for value in values}
    apart = {value for values in sent for value in values if value not in beside} if beside else set()
    return {one.name: one for one in reversed(settings) if one.value not in apart}
