"""Loops row by row: the frames in which what stands in a loop runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.know import lookups
from migrator.read.kinds import COMPREHENSIONS
from migrator.read.scopes import FUNCTIONS

if TYPE_CHECKING:
    from migrator.know.evaluator import Evaluator as Know
    from migrator.know.values import Frame
    from migrator.read.nodes import Node

MAX_RUNS = 64
"""Rows, of loops inside one another, that are told apart."""
_LOOPS = ("For", "AsyncFor")


def loops_around(node: Node) -> list[Node]:
    """The loops of its function around a node, the outermost first, whose variables it may see."""
    found: list[Node] = []
    below = node
    for above in node.ancestors():
        if above.kind in FUNCTIONS:
            break
        if above.kind in _LOOPS and below.field == "body":
            found.append(above)
        elif above.kind in COMPREHENSIONS and below.kind != "comprehension":
            found += reversed(above.all("generators"))
        elif above.kind in COMPREHENSIONS:
            generators = above.all("generators")
            found += reversed(generators[: generators.index(below)])
        elif above.kind == "comprehension" and below.field == "ifs":
            found.append(above)
        below = above
    return found[::-1]


def runs(know: Know, node: Node, frame: Frame | None) -> list[Frame | None]:
    """The frames, row by row, in which a node is come to."""
    frames: list[Frame | None] = [frame]
    loops = know.loops.get(node)
    if loops is None:
        loops = know.loops[node] = loops_around(node)
    for loop in loops:
        frames = [f for one in frames for f in each_row(know, loop, one)]
        if len(frames) > MAX_RUNS:
            frames = [frame]
            break
    return [f for f in frames if know.reached(node, f)]


def each_row(know: Know, loop: Node, frame: Frame | None) -> list[Frame | None]:
    """The frames of a loop's turns."""
    if frame is not None and frame.row(loop) is not None:
        return [frame]
    source = loop.child("iter")
    assert source is not None
    values = know.value(source, frame)
    found = lookups.iterated(know, values, source)
    if found is None:
        return [frame] if values else []
    return [know.frames.at_row(frame, loop, element) for element in found]


def comprehended(know: Know, comprehension: Node, frame: Frame | None) -> list[Frame | None]:
    """The frames that a comprehension goes through, without those that its tests leave out."""
    frames: list[Frame | None] = [frame]
    for generator in comprehension.all("generators"):
        frames = [f for one in frames for f in each_row(know, generator, one)]
        if len(frames) > MAX_RUNS**2:
            frames = [frame]
        tests = generator.all("ifs")
        frames = [f for f in frames if all(True in know.outcomes(test, f) for test in tests)]
    return frames
