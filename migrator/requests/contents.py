"""What a request sends besides its parameters: the pictures among its messages."""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from migrator.know.solver import UnsolvedError
from migrator.know.values import Site, constant
from migrator.read.kinds import COLLECTIONS
from migrator.read.scopes import FUNCTIONS, activated
from migrator.requests.pictured import Pictured

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from migrator.know.evaluator import Evaluator
    from migrator.know.values import Entry, Frame, Value, Values
    from migrator.read.nodes import Node
    from migrator.requests.bynames import ByNames

_ANY = ("computed", "environment", "library result", "not read", "too many")
"""Open values that the program itself can't rule out; what callers outside give is theirs."""

MAX_PIECES = 400
"""Pieces of one prompt that are looked at."""


class Shown(NamedTuple):
    """What shows that a prompt holds a picture, and what asks, or may ask, to read one at full fidelity."""

    picture: Value | None = None
    fine: Value | None = None


class Pictures:
    """Looks for pictures in prompts; `named(list, name)` says whether a list of the rules holds a name."""

    def __init__(self, know: Evaluator, names: ByNames, named: Callable[[str, str], bool]) -> None:
        self.know = know
        self.named = named
        self.pictured = Pictured(names, named)
        self._unseen: dict[Node, list[Node]] = {}

    def sent(self, prompts: Sequence[tuple[Entry, Values]], call: Node, frame: Frame | None) -> Shown:
        """The first piece of a call's prompts whose `type` says that it is a picture; the first fine one.

        Where a piece comes from callers outside, a question nearby, whether a part is a picture, says that
        one may come. Tests show nothing to what is no test. What takes too much, and what is added to what
        callers hold, is gone through by names.
        """
        queue = deque(sorted((value for _, values in prompts for value in values), key=value_order))
        seen: set[Value] = set()
        lost: list[Node] = []
        found, is_open = Shown(), False
        while queue and len(seen) < MAX_PIECES:
            value = queue.popleft()
            if value in seen or self._is_of_tests(value.node, call):
                continue
            seen.add(value)
            try:
                shown, more = _looked_into(self.know, value, self.named)
            except (UnsolvedError, RecursionError):
                lost.append(value.node)
                continue
            found = Shown(found.picture or shown.picture, found.fine or shown.fine)
            if None not in found:
                break
            is_open = is_open or any(map(_may_be_parts, more))
            lost += (one.node for one in (value, *more) if one.is_cut)
            queue.extend(v for v in more if v.kind in ("mapping", "sequence") or _is_message(v))
        is_open = is_open or any(map(_may_be_parts, seen))
        if found.picture is None and prompts:
            if lost or is_open:
                lost += [one.node or one.holder for one, _ in prompts]
                lost += [one.first for one in call.all("keywords") if not one.value]
            found = Shown(self._by_names([*lost, *self._given_unseen(call, frame)], call))
        if found.picture is None and is_open:
            found = Shown(self._asked_for(call))
        return found if found.picture is not None else Shown()

    def as_written(self, prompts: Iterable[Node], call: Node) -> Value | None:
        """The first picture that names alone lead to, from what a call is given for its prompt."""
        return self._by_names(prompts, call)

    def _by_names(self, prompts: Iterable[Node], call: Node) -> Value | None:
        found = self.pictured.first(prompts, call)
        return constant(str(found.value), found, (found,)) if found is not None else None

    def _given_unseen(self, call: Node, frame: Frame | None) -> Iterator[Node]:
        """What functions around a request are given by calls of which nobody sees what they call."""
        inside: Node | None = activated(call.scope)
        while inside is not None and inside.kind in FUNCTIONS:
            for one in self._calling_unseen(inside):
                yield from one.arguments()
            site = frame.sites[-1] if frame is not None and frame.sites else None
            inside, frame = (activated(site.call.scope), site.frame) if site is not None else (None, None)

    def _calling_unseen(self, function: Node) -> list[Node]:
        """The calls by a function's name of which it was too much to find that they call it."""
        found = self._unseen.get(function)
        if found is None:
            found = self._unseen[function] = []
            calls = self.know.project.calls(str(function.value or ""))
            with suppress(UnsolvedError, RecursionError):
                seen = {one.sites[-1].call for one in self.know.invocations(function)}
                calls = [call for call in calls if call not in seen]
            found += (call for call in calls if self._may_call(call, function))
        return found

    def _may_call(self, call: Node, function: Node) -> bool:
        with suppress(UnsolvedError, RecursionError):
            callees = self.know.value(call.first, self.know.frames.of(call))
            return any(one.is_cut or one.node is function for one in callees)
        return True

    def _is_of_tests(self, node: Node, call: Node) -> bool:
        return self.named("test-path", node.file.path) and not self.named("test-path", call.file.path)

    def _asked_for(self, call: Node) -> Value | None:
        """The text that the program compares the type of a part with, where it asks for pictures."""
        near, here = self.know.project.are_near, call.file.path
        asked = (one for one in self._questions if near(one.file.path, here))
        return next((constant(str(one.value), one, (one,)) for one in asked), None)

    @cached_property
    def _questions(self) -> list[Node]:
        """The texts that a program compares the type of a part with, to know whether it is a picture."""
        found = []
        for _, file in sorted(self.know.project.files.items()):
            tree = file.tree
            for index in tree.of_kind("Constant"):
                value = tree.value[index]
                if isinstance(value, str) and self.named("picture-question", value):
                    node = file.nodes[index]
                    above = node.parent
                    if above is not None and above.kind in COLLECTIONS:
                        above = above.parent
                    if above is not None and above.kind in ("Compare", "MatchValue"):
                        found.append(node)
        return found


def _may_be_parts(value: Value) -> bool:
    """Whether a piece of a prompt that is not known may be parts: no text by its declaration."""
    if value.kind != "open" or value.data != "caller outside":
        return False
    declared = value.node.child("annotation") if value.node.kind == "arg" else None
    return declared is None or not declared.source.startswith("str")


def _looked_into(
    know: Evaluator, value: Value, named: Callable[[str, str], bool]
) -> tuple[Shown, list[Value]]:
    """What a piece says about pictures, and the pieces in it."""
    more: list[Value] = []
    shown = Shown()
    if value.kind == "mapping":
        for entry in sorted(know.entries(value), key=entry_order):
            given = know.given(entry)
            said = sorted(given, key=value_order)
            if entry.key == "type":
                shown = shown._replace(picture=_first(said, lambda v: named("picture-part", v.text or "")))
            elif named("picture-fidelity", str(entry.key)):
                shown = shown._replace(fine=_first(said, lambda v: _may_be_fine(v, named)))
            more += given
    elif value.kind == "sequence":
        for entry in sorted(know.elements(value), key=entry_order):
            more += know.given(entry)
    elif _is_message(value):
        for entry in sorted(know.arguments((Site(value.node, value.frame),)), key=entry_order):
            more += know.given(entry)
    return shown, more


def _is_message(value: Value) -> bool:
    """Whether a piece is made by a library of what it is given: `HumanMessage(content=parts)`."""
    return value.kind == "library" and str(value.data).endswith("()") and value.node.kind == "Call"


def _first(values: Iterable[Value], fits: Callable[[Value], bool]) -> Value | None:
    return next((value for value in values if fits(value)), None)


def _may_be_fine(value: Value, named: Callable[[str, str], bool]) -> bool:
    return named("full-fidelity", value.text or "") or (value.kind == "open" and value.data in _ANY)


def mappings(know: Evaluator, entry: Entry) -> Iterator[Value]:
    """The mappings that are given, also those that a text was made of: `json.dumps(body)`."""
    for value in know.given(entry):
        for one in value.more if value.kind == "encoded" else (value,):
            if one.kind == "mapping":
                yield one


def entry_order(entry: Entry) -> tuple[str, str, int]:
    """Entries by their keys and by where they are written."""
    return str(entry.key), entry.holder.file.path, entry.holder.index


def value_order(value: Value) -> tuple[str, str, int, str]:
    """Values by what they are and by where they are written."""
    return value.kind, value.node.file.path, value.node.index, repr(value.data)
