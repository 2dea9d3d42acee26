"""Where a value goes that a library is told as a default: of an option of a command line, of a field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.know.command_lines import may_fill
from migrator.know.members import DECLARING
from migrator.know.parameters import destination
from migrator.know.questions import Holder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.know.evaluator import Evaluator as Know
    from migrator.read.nodes import Node

_OPTIONS = ("option", "argument")
_PARSED = ("parse_args()", "parse_known_args()")


def stated(know: Know, held: Holder, call: Node, last: str, place: int, name: str) -> Iterator[Holder]:
    """What is stated in a call of a library for what is not given: `place` and `name` as it is told there."""
    if last in DECLARING and (place == 0 or name == "default"):
        yield Holder(call, held.frame, held.path)
    if name != "default":
        return
    if last in _OPTIONS and call.field == "decorator_list" and call.parent is not None:
        yield from _of_command(know, held, call, call.parent)
    elif last == "add_argument":
        yield from _of_line(know, held, call)


def _of_command(know: Know, held: Holder, call: Node, function: Node) -> Iterator[Holder]:
    """The parameter that an option of a command fills."""
    for index in function.file.parameters.get(function.index, ()):
        arg = function.file.nodes[index]
        if arg.value == destination(call):
            yield from know.held_loads(arg, know.frames.any(function), held.path)


def _of_line(know: Know, held: Holder, call: Node) -> Iterator[Holder]:
    """Loads of the attribute of a command line that an option fills."""
    for load in know.loads_of(destination(call), None):
        frame = know.frames.of(load)
        parsed = (v for v in know.value(load.first, frame) if v.kind == "library")
        if any(str(v.data).endswith(_PARSED) and may_fill(know, call, v) for v in parsed):
            yield Holder(load, frame, held.path)
