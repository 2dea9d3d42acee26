"""Command lines: which options fill what a parser gives back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.know.parameters import destination

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.know.evaluator import Evaluator as Know
    from migrator.know.values import Value, Values
    from migrator.read.nodes import Node

_PARSER = "argparse.ArgumentParser()"


def command_line(know: Know, parsed: Value) -> Iterator[tuple[str, Values]]:
    """The options that may fill what a parser gives back, with their defaults."""
    for call in know.project.calls("add_argument"):
        if may_fill(know, call, parsed):
            frame = know.frames.of(call)
            given = [node for name in ("default", "const") if (node := call.keyword(name)) is not None]
            yield destination(call), know.union((know.value(node, frame) for node in given), call)
    for call in know.project.calls("set_defaults"):
        for keyword in call.all("keywords") if may_fill(know, call, parsed) else ():
            if keyword.value:
                yield str(keyword.value), know.value(keyword.first, know.frames.of(call))


def may_fill(know: Know, added: Node, parsed: Value) -> bool:
    """Whether what is added in a call is added to the parser that gives something back, or may be."""
    func, asked = added.first, parsed.node.first
    if parsed.node.kind != "Call" or func.kind != "Attribute" or asked.kind != "Attribute":
        return True
    ones = know.value(func.first, know.frames.of(added))
    others = know.value(asked.first, parsed.frame)
    made = {one.node for one in ones}
    return not all(map(_is_alone, (*ones, *others))) or any(one.node in made for one in others)


def is_closed(parsed: Value) -> bool:
    """Whether nothing but the options that are added to it fills what a parser gives back."""
    return str(parsed.data).startswith(_PARSER)


def _is_alone(parser: Value) -> bool:
    """Whether something is a parser of its own, which takes no options from others."""
    return parser.data == _PARSER and parser.kind == "library" and parser.node.keyword("parents") is None
