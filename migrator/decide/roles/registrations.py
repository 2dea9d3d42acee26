"""Registries that are no displays: `register(Chat("gpt-4o"))` one by one, `dict.fromkeys(ids, 128_000)`."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from migrator.decide.roles.literal_forms import ids_given
from migrator.decide.roles.verdicts import EXTEND_KEY
from migrator.know.solver import UnsolvedError
from migrator.read.scopes import last_name

if TYPE_CHECKING:
    from migrator.decide.linked import Linked
    from migrator.decide.meanings import Names
    from migrator.read.nodes import Node

REGISTERED = EXTEND_KEY.review(
    "must-move-together", "one of several registered models: register the new one beside it"
)
GROUPED = EXTEND_KEY.review(
    "table-unit-unknown", "one value for a group of models: the new one may have another"
)
PAIRED = EXTEND_KEY.review(
    "table-unit-unknown", "a part of a key: whether its row holds for the new one is not known"
)
FEWEST = 3
"""So many statements of one form are a registry; fewer may be the program's own choice."""


def registered(call: Node, names: Names) -> bool:
    """Whether a constructor's call is handed to one of several like calls that register."""
    outer = call.parent
    if outer is None or outer.kind != "Call" or call.field != "args" or outer.parent is None:
        return False
    if outer.parent.kind != "Expr" or not names("register-callee", last_name(outer.child("func"))):
        return False
    return len(set(_alike(outer, call))) >= FEWEST


def registering(call: Node, linked: Linked) -> bool:
    """Whether a statement's call is one of several like ones that register a model each, by its id."""
    statement = call.parent
    if statement is None or statement.kind != "Expr" or statement.parent is None:
        return False
    if not linked.names("register-callee", last_name(call.child("func"))):
        return False
    beside = (s.child("value") for s in statement.parent.all("body") if s.kind == "Expr")
    return (
        len({_id(c, linked) for c in beside if c is not None and c.kind == "Call" and _same(c, call)} - {""})
        >= FEWEST
    )


def decorating(literal: Node, linked: Linked) -> bool:
    """Whether a decorator of the program, or a call like one, keeps code under a name that it is given."""
    call = literal.parent
    call = call.parent if call is not None and call.kind == "keyword" else call
    if (
        call is None
        or call.kind != "Call"
        or not (call.field == "decorator_list" or _is_like_one(call, linked))
    ):
        return False
    with suppress(UnsolvedError, RecursionError):
        for held in linked.know.holders(literal, linked.know.frames.of(literal)):
            above = held.node.parent
            if not held.path and held.node.field == "slice" and above is not None:
                return above.kind == "SubscriptStore"
    return False


def _is_like_one(call: Node, linked: Linked) -> bool:
    """Whether a statement of a module hands over a class or a function: `register("gpt-4o", Talk)`."""
    statement = call.parent
    if statement is None or statement.kind != "Expr" or statement.scope.kind != "Module":
        return False
    given = (one for one in call.arguments() if one.kind in ("Name", "Attribute", "Lambda"))
    return any(value.kind in ("class", "function") for one in given for value in linked.known(one))


def takes_many(call: Node, linked: Linked) -> bool:
    """Whether what a call calls takes any number of arguments, so that one may be put beside another."""
    with suppress(UnsolvedError, RecursionError):
        callees = linked.know.value(call.first, linked.know.frames.of(call))
        return any(one.field == "vararg" for value in callees for one in value.node.children())
    return False


def _id(call: Node, linked: Linked) -> str:
    """The first plain argument of a call that is a model's id."""
    return next((str(one.value) for one in ids_given(call, linked.rulebook.vendors)), "")


def _alike(outer: Node, call: Node) -> list[str]:
    """The constant names that like statements of the same block register."""
    block = outer.parent.parent if outer.parent is not None else None
    found = []
    for statement in block.all("body") if block is not None else ():
        registering = statement.child("value") if statement.kind == "Expr" else None
        if registering is None or registering.kind != "Call" or not _same(registering, outer):
            continue
        made = next((a for a in registering.all("args") if a.kind == "Call" and _same(a, call)), None)
        found += (
            [str(a.value) for a in made.all("args")[:1] if a.kind == "Constant"] if made is not None else []
        )
    return found


def _same(one: Node, other: Node) -> bool:
    return last_name(one.child("func")) == last_name(other.child("func"))


def grouped(collection: Node) -> bool:
    """Whether a collection is keys that share a value: `fromkeys(ids, value)`, `{**rows(ids, value)}`."""
    call = collection.parent
    if call is None or call.kind != "Call" or collection.field != "args" or len(call.all("args")) < 2:
        return False
    return last_name(call.child("func")) == "fromkeys" or call.field == "spread"
