"""Calls of what callers outside hand over: a function, or an object that is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.know.overriding import may_be_given, may_be_made_there
from migrator.know.questions import Invocation
from migrator.know.values import Site, Value, opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.know.evaluator import Evaluator as Know
    from migrator.read.nodes import Node


def calls_of_handed_in(know: Know, function: Node) -> Iterator[Invocation | None]:
    """The calls that give what a function would hand on, of which nobody sees what they call."""
    is_method = function.scope.kind == "ClassDef"
    is_offered = function.value == "__call__" if is_method else function.scope.kind == "Module"
    if not is_offered or function.child("kwarg") is None or know.is_written(function.file):
        return
    callee = Value("function", function, know.frames.of(function.scope))
    for call, given in know.indexes.calls_of_parameters:
        site, unseen = Site(call, know.frames.of(call)), opened("caller outside", given)
        if may_be_given(know, function, (site,)) and may_be_made_there(know, function.scope, unseen):
            yield Invocation((site,), callee)
            yield None
