"""Where the value of an id ends: everything that is done with it which is not handing it on, by kind."""

from __future__ import annotations

from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

from migrator.decide.flows.end_places import (
    ASKING,
    appends,
    asks_for_one,
    fills,
    is_another,
    is_filled_there,
    is_kept,
    is_local,
    is_prompt,
    is_raised,
    of_libraries,
    targets,
)
from migrator.decide.flows.flow_steps import is_super
from migrator.know.flow import MAX_HOLDERS, walked
from migrator.know.given_targets import into
from migrator.know.questions import Holder
from migrator.know.seen_on import UNSEEN
from migrator.know.solver import UnsolvedError
from migrator.know.values import NOTHING, Value
from migrator.read.scopes import FUNCTIONS, enclosing_class, last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.linked import Linked
    from migrator.know.values import Entries, Frame, Values
    from migrator.read.nodes import Node

EndKind = Literal["request", "library", "program", "look-up", "record", "test", "kept", "unknown"]
"""What an id may come to.

request: a call that a rule knows; library: one of a library without a rule; program: another one's command
line; look-up: a figure is asked for by it (price, window); record: it is written down or said to people;
test: it is compared, said in an error or a prompt, finds a row of the program's own, or goes where any id
of this vendor is refused; kept: an attribute or a constructor's parameter that callers outside see holds it;
what a function gives to nobody but these is kept by them; unknown: all else, as what is too far to follow.
"""
MAX_TEXTS = 4
"""Texts that are made of one another."""
MAX_DEPTH = 2
"""Mappings and sequences in one another."""
_TESTS = frozenset({"startswith", "endswith", "match", "search", "fullmatch", "count", "find", "index"})
_TEXTS = frozenset(
    {
        *("lower", "upper", "strip", "lstrip", "rstrip", "replace", "removeprefix", "removesuffix", "title"),
        *("casefold", "encode"),
    }
)
_PLAIN = ("staticmethod", "classmethod", "property", "abstractmethod", "override")
_PARTIAL = frozenset({"functools.partial"})
_SAYING = ("log-callee", "record-callee")
_GOING_ON = ("Expr", "IfExp", "BoolOp", "If", "While", "JoinedStr", "Assert")
_PARTS = frozenset({"split", "rsplit", "partition", "rpartition"})
_STATED = frozenset({"record", "test"})


class End(NamedTuple):
    """One end of a value: the call, look-up or test, and as what it is seen there."""

    kind: EndKind
    node: Node
    held: Holder


class ValueEnds:
    """Follows ids of one linked project, by the edges that the evaluator turns round."""

    def __init__(self, linked: Linked) -> None:
        self.linked = linked
        self.know = linked.values.know
        self.names = linked.names
        self.programs, self.dumping, self.filing, self.asking, self.showing = (
            frozenset(linked.names.listed(f"{name}-callee"))
            for name in ("program", "dumping", "filing", "asking", "showing")
        )
        self.tables = frozenset(
            path for name in ("library-table", "library-answer") for path in linked.names.listed(name)
        )
        self._known: dict[Node, tuple[End, ...]] = {}

    def of(self, node: Node) -> tuple[End, ...]:
        """Every end of the value of an expression; an unknown one where it is not followed to the end."""
        known = self._known.get(node)
        if known is None:
            known = self._known[node] = tuple(self._of(Holder(node, self.know.frames.of(node), ()), 0))
        return known

    def _of(self, start: Holder, depth: int) -> Iterator[End]:
        seen = {start: None}
        try:
            for held, after in walked(self.know, seen) if depth <= MAX_TEXTS else ():
                yield from self._at(held, after, depth)
                if len(seen) > MAX_HOLDERS:
                    yield End("unknown", held.node, held)
                    return
        except (UnsolvedError, RecursionError):
            yield End("unknown", start.node, start)

    def _at(self, held: Holder, after: frozenset[Holder], depth: int) -> Iterator[End]:
        """What is done with a value at one place."""
        node, parent = held.node, held.node.parent
        if parent is None or is_another(held, parent) or self.know.is_written(node.file):
            return
        call = parent.parent if parent.kind == "keyword" else parent
        if any(one.path == UNSEEN for one in after):
            is_shown = parent.kind == "Return" and parent.scope.value == "__repr__"
            yield End("record" if is_shown else "unknown", parent, held)
        elif call is not None and call.kind == "Call" and node.field != "func":
            yield from self._given(held, call, after, depth)
        elif parent.kind in ("Compare", "MatchValue", "match_case"):
            yield End("test", parent, held)
        elif parent.kind == "Attribute" and not held.path:
            yield from self._method(held, parent, depth)
        elif parent.kind == "FormattedValue" or (parent.kind == "BinOp" and not held.path):
            text = parent.parent if parent.kind == "FormattedValue" else parent
            yield from self._as_text(held, text, depth) if text is not None else ()
        elif node.field == "slice" and parent.kind in ("Subscript", "SubscriptStore"):
            yield End(self._looked_up(parent, held.frame), parent, held)
        elif parent.kind == "Subscript" and not held.path:
            yield from self._as_text(held, parent, depth)
        elif node.field == "ifs" or (parent.kind == "UnaryOp" and parent.value == "Not"):
            yield End("test", parent, held)
        else:
            yield from self._put(held, parent, after, depth)

    def _put(self, held: Holder, parent: Node, after: frozenset[Holder], depth: int) -> Iterator[End]:
        """What a statement puts a value into, or gives to whoever calls."""
        is_added = parent.kind == "AugAssign" and held.node.field == "value" and not held.path
        if (target := self._set_on(held, parent)) is not None:
            yield End("request" if self._is_setting(target, held.frame) else "library", target, held)
        elif is_kept(held, parent) or (not after and self._is_given_out(held, parent)):
            yield End("kept", parent, held)
        elif is_added and parent.first.kind == "NameStore":
            for grown in into(self.know, parent.first, held.frame, ()):
                yield from self._of(grown, depth + 1)
        elif not after and parent.kind not in _GOING_ON:
            yield from () if is_local(held, parent) else (End("unknown", parent, held),)

    def _is_given_out(self, held: Holder, parent: Node) -> bool:
        """Whether only callers outside see what a function gives: none in the program, by any name."""
        function, project = parent.scope, self.linked.project
        name = str(function.value)
        if parent.kind != "Return" or function.kind not in FUNCTIONS or name.startswith("_"):
            return False
        is_plain = all(last_name(one) in _PLAIN for one in function.decorators)
        is_named = any(project.loads(function)) or any(project.attribute_loads(name))
        return is_plain and not is_named and not project.calls(name) and not self._is_request(held)

    def _set_on(self, held: Holder, parent: Node) -> Node | None:
        """The attribute of something of a library that a value is assigned to."""
        stores = (one for one in targets(held, parent) if one.kind == "AttributeStore")
        return next((one for one in stores if of_libraries(self.know.value(one.first, held.frame))), None)

    def _is_setting(self, target: Node, frame: Frame | None) -> bool:
        """Whether a rule speaks of an attribute that a library takes its model from."""
        paths = {str(value.data) for value in self.know.value(target.first, frame)}
        calls = (c for api in self.linked.rulebook.apis for c in api.call if target.value in c.model)
        return any(not paths.isdisjoint(call.callees) for call in calls)

    def called(self, call: Node, frame: Frame | None) -> Values:
        """What is called, or is to be called: by `partial`, by `super()` of a class of a library."""
        values = self.know.value(call.first, frame)
        given, cls = call.all("args"), enclosing_class(call) if is_super(call) else None
        if cls is not None and not self.know.record_fields(cls):
            bases = [str(one) for one in self.know.mro(cls) if isinstance(one, str)]
            return frozenset(Value("library", cls, None, path) for path in bases if path != "object")
        return self.know.value(given[0], frame) if given and self._are(values, _PARTIAL) else values

    def _as_text(self, held: Holder, node: Node, depth: int) -> Iterator[End]:
        """The ends of a text that is made of a value."""
        return self._of(Holder(node, held.frame, ()), depth + 1)

    def _method(self, held: Holder, attribute: Node, depth: int) -> Iterator[End]:
        """What a text is asked, or made into."""
        call = attribute.parent
        if call is None or call.kind != "Call" or attribute.field != "func":
            yield End("unknown", attribute, held)
        elif attribute.value in _TEXTS:
            yield from self._as_text(held, call, depth)
        elif attribute.value in _PARTS:
            yield from self._of(Holder(call, held.frame, (None,)), depth + 1)
        else:
            yield End("test" if attribute.value in _TESTS else "unknown", call, held)

    def _given(self, held: Holder, call: Node, after: frozenset[Holder], depth: int) -> Iterator[End]:
        """What becomes of what a call is given; nothing if it goes on from there."""
        values = self.know.value(call.first, held.frame)
        kind = self._kind(held, call, values, after)
        is_text = not after and (self._are(values, self.dumping) or fills(call))
        if is_text:
            ends = tuple(self._as_text(held, call, depth))
            is_only_said = all(one.kind in _STATED for one in ends)
            yield from (End("unknown", call, held),) if not is_only_said and self._is_request(held) else ends
        elif kind == "record" and not self._are(values, self.showing) and self._is_request(held):
            yield End("unknown", call, held)
        elif kind is not None:
            yield End(kind, call, held)

    def _is_request(self, held: Holder) -> bool:
        """Whether what holds it has something to say to a model as well: it is sent, by whomever."""
        known = (e.key for v in self.containing(held) if v.kind == "mapping" for e in self.know.entries(v))
        return self.names.any("request-key", map(str, known))

    def containing(self, held: Holder) -> Values:
        """What holds a value directly."""
        values = self.know.value(held.node, held.frame) if held.path else NOTHING
        for key in held.path[:-1]:
            inner = [e for v in values for e in self._in(v) if key is None or e.key == key]
            values = frozenset(v for entry in inner for v in self.know.given(entry))
        return values

    def _in(self, value: Value) -> Entries:
        if value.kind not in ("mapping", "sequence"):
            return frozenset()
        return self.know.entries(value) if value.kind == "mapping" else self.know.elements(value)

    def _kind(self, held: Holder, call: Node, values: Values, after: frozenset[Holder]) -> EndKind | None:
        callee = last_name(call.first)
        receiver = self.linked.receivers.of(call)
        if receiver is not None:
            return "test" if is_prompt(held, call, receiver.call) else "request"
        if callee in ASKING and held.node == call.child("args") and not held.path:
            return self._looked_up(call, held.frame)
        if any(v.kind == "library" and str(v.data) in self.programs for v in values):
            return "program"
        if self._is_of_table(values):
            return "look-up"
        if self._are(values, self.showing):
            return "record"
        if self.names("error-callee", callee) or is_raised(call) or self._are(values, self.asking):
            return "test"
        if any(self.names(said, callee) for said in _SAYING) or self._are(values, self.filing):
            return "record" if self._is_log(call, held.frame) else "unknown"
        if self._is_stored(call, held.frame) and not self.linked.sends_unknown_model:
            return "record"
        if after:
            return None
        if callee in _TESTS:
            return "test"
        if values and all(v.kind == "class" and self.know.record_fields(v.node) for v in values):
            return "kept"
        return self._of_library(self.called(call, held.frame))

    def _of_library(self, values: Values) -> EndKind:
        """What it is that a library without a rule is given."""
        if not of_libraries(values):
            return "unknown"
        if self._are(values, self.asking):
            return "test"
        known = self.linked.inferred.libraries
        without = frozenset(v for v in values if str(v.data).partition(".")[0] not in known)
        if without and self._are_of(without, "foreign-library"):
            return "test"
        return "request" if self._are_of(values, "suiting-library") else "library"

    def _are_of(self, values: Values, group: str) -> bool:
        """Whether all that is called is of libraries that are listed, which may be parts of a package."""
        listed = tuple(f"{one}." for one in self.names.listed(group))
        return all(str(v.data).startswith(listed) for v in values)

    def _is_of_table(self, values: Values) -> bool:
        """Whether a library's table of models is asked, of which the closing check knows the rows."""
        return of_libraries(values) and all(
            str(v.data).removesuffix(".get").replace(".utils.", ".") in self.tables for v in values
        )

    def _looked_up(self, asked: Node, frame: Frame | None) -> EndKind:
        """What it is that an item is asked for by it."""
        if asked.kind != "SubscriptStore" and self._is_looked_up(asked, frame):
            return "look-up"
        base = asked.first.first if asked.kind == "Call" else asked.first
        is_found = asked.kind != "SubscriptStore" and self._is_found(base, frame)
        return "test" if is_found or self._is_cache(asked, base, frame) else "unknown"

    def _is_cache(self, asked: Node, base: Node, frame: Frame | None) -> bool:
        """Whether the program's own table is filled there under what it is asked for, and no other way."""
        tables = self.know.value(base, frame)
        if not tables or any(one.kind != "mapping" for one in tables) or not is_filled_there(asked, base):
            return False
        is_filled = all(e.key is None for table in tables for e in self.know.entries(table))
        with suppress(UnsolvedError, RecursionError):
            seen = [held for table in tables for held in self.know.holders(table.node, table.frame)]
            return is_filled and all(asks_for_one(held) for held in seen)
        return False

    def _is_looked_up(self, asked: Node, frame: Frame | None) -> bool:
        """Whether figures are found by it, in a table of the program or of a library."""
        base = asked.first.first if asked.kind == "Call" else asked.first
        return self._is_figure(asked, frame) or self._is_of_table(self.know.value(base, frame))

    def _is_found(self, base: Node, frame: Frame | None) -> bool:
        """Whether a row of the program's own is found by it, of which all are seen."""
        tables = self.know.value(base, frame)
        return bool(tables) and all(one.kind == "mapping" and self._is_whole(one) for one in tables)

    def _is_whole(self, table: Value) -> bool:
        entries = self.know.entries(table)
        return bool(entries) and all(
            isinstance(one.key, str) and all(value.kind != "open" for value in self.know.given(one))
            for one in entries
        )

    def _is_log(self, call: Node, frame: Frame | None) -> bool:
        """Whether what is written down is not written into a file of its own, which others read."""
        callee, given = last_name(call.first), call.all("args")
        file = call.first.first if callee == "write" else given[1] if callee == "dump" and given[1:] else None
        values = self.know.value(file, frame)
        opened = [v.node for v in values if v.node.kind == "Call" and last_name(v.node.first) == "open"]
        if opened:
            return all(any(appends(one) for one in call.among("Constant")) for call in opened)
        return file is None or all(v.kind == "library" for v in values)

    @cached_property
    def _sends_unknown(self) -> bool:
        """Whether a request is sent a model that comes from outside, as out of a database."""
        sent = (one for requests in self.linked.requests.values() for one in requests)
        return any(value.kind == "open" for one in sent for value in one.models)

    def _is_stored(self, call: Node, frame: Frame | None) -> bool:
        """Whether a statement for a database that writes rows, of which none is sent, stands before it."""
        if self._sends_unknown:
            return False
        said = self.know.value(next(iter(call.all("args")), None), frame)
        return any(v.text is not None and self.names("storing-statement", v.text) for v in said)

    @staticmethod
    def _are(values: Values, paths: frozenset[str]) -> bool:
        """Whether all that is called is one of some functions of libraries."""
        return of_libraries(values) and all(str(v.data) in paths for v in values)

    def _is_figure(self, asked: Node, frame: Frame | None) -> bool:
        """Whether what is found by it are numbers, or records of such; one that names a model may be sent."""
        return any(self._counts(value, 0) for value in self.know.value(asked, frame))

    def _counts(self, value: Value, depth: int) -> bool:
        if value.kind == "constant":
            return isinstance(value.constant, (int, float)) and not isinstance(value.constant, bool)
        inside = self.know.fields if value.kind == "instance" else self._in
        entries = inside(value) if depth < MAX_DEPTH else frozenset()
        if any(isinstance(entry.key, str) and self.names.model(entry.key) for entry in entries):
            return False
        return any(self._counts(inner, depth + 1) for entry in entries for inner in self.know.given(entry))
