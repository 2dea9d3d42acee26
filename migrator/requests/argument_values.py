"""What a call is given: its arguments, and what the containers among them hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from migrator.know.values import NOTHING, Entry, Site, Value, constant
from migrator.read.scopes import last_name
from migrator.requests.addresses import name_of
from migrator.requests.contents import entry_order, mappings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from migrator.know.evaluator import Evaluator
    from migrator.know.questions import Holder
    from migrator.know.values import Entries, Form, Frame, Values
    from migrator.read.nodes import Node
    from migrator.rulebook.api_rules import Call, Takes


KEEPING = ("client", "wrapper", "agent")
"""The kinds of calls that make an object, which keeps what it is given."""
_COPIED_WITH = ("model_copy", "copy")
_UPDATE = "update"
_REPLACING = ("replace", "evolve")


class Arguments:
    """The parameters of calls, as far as they are found in containers."""

    def __init__(self, know: Evaluator) -> None:
        self.know = know

    def parameters(self, rule: Call, entries: Entries) -> Iterator[Entry]:
        """The arguments, and what the containers among them hold."""
        inside = {path.partition(".")[0]: path.split(".")[1:] for path in rule.containers}
        places = {at: name for name, at in rule.positions.items()}
        bodies = {path.partition(".")[0] for path in rule.nested} | inside.keys()
        for given in entries:
            entry = given._replace(key=places.get(given.key, given.key)) if places else given
            if path := inside.get(str(name_of(entry.key))):
                yield from self._below(entry, path)
                continue
            if name_of(entry.key) not in bodies:
                yield from self._with_parts(entry)
                continue
            for inner in self.within(entry):
                yield from self._with_parts(inner)
            yield from self.not_known(entry)

    def _below(self, entry: Entry, path: Sequence[str]) -> Iterator[Entry]:
        """What the container at the end of a path of keys holds; `*` is any key."""
        for inner in self.within(entry):
            if not path:
                yield from self._with_parts(inner)
            elif path[0] in ("*", inner.key):
                yield from self._below(inner, path[1:])
        yield from self.not_known(entry)

    def raw(self, rule: Call, entries: Iterable[Entry]) -> Iterator[Entry]:
        """What goes into the request under its own name, in a dict that the library does not look into."""
        for entry in dict.fromkeys(entries):
            if entry.key in rule.takes.raw:
                yield from (one for one in self.within(entry) if isinstance(one.key, str))

    def own(
        self, takes: Takes, arguments: Iterable[Entry], call: Node, frame: Frame | None
    ) -> Iterator[Entry]:
        """What a library gives by itself, unless an argument says otherwise."""
        told = [one.partition("=")[::2] for one in takes.own_unless if takes.own]
        for entry in arguments if told else ():
            if any(str(entry.key) == key and self._is_told(entry, text) for key, text in told):
                return
        for name, text in takes.own.items():
            yield Entry(name, None, frame, call, "built", known=frozenset((constant(text, call),)))

    def _is_told(self, entry: Entry, text: str) -> bool:
        """Whether an argument is surely a constant that is written so, or a library's member of this name."""
        if entry.node is not None and entry.node.kind == "Attribute" and entry.node.value == text:
            return True
        values = self.know.given(entry)
        return bool(values) and all(v.kind == "constant" and repr(v.constant) == text for v in values)

    def _with_parts(self, entry: Entry) -> Iterator[Entry]:
        yield entry
        if isinstance(entry.key, str):
            inner = (one for one in self.within(entry) if isinstance(one.key, str))
            yield from (one._replace(key=f"{entry.key}.{one.key}") for one in inner)

    def within(self, entry: Entry) -> Iterator[Entry]:
        """What a mapping holds that is given, or what an object of a library's is made with."""
        for mapping in mappings(self.know, entry):
            yield from self.know.entries(mapping)
        for value in self.know.given(entry):
            if is_made(value):
                made = self.know.arguments((Site(value.node, value.frame),))
                yield from (one for one in made if not isinstance(one.key, int))
                yield from self.given_later(value.node, value.frame)

    def gained(self, takes: Takes, made: Node, frame: Frame | None, same: Collection[str]) -> Iterator[Entry]:
        """What an object of a library's gains by a method of it, or where it is handed on.

        `same` are the methods that give the object again.
        """
        told = [
            (name, *by.rstrip(")").partition("(")[::2]) for name, all in takes.gains.items() for by in all
        ]
        for held, call, called in self._called_with(made, frame, same) if told else ():
            if call.field == "decorator_list":
                names = [name for name, by, condition in told if by in called and not condition]
                shown = frozenset((constant(call.source, call),))
                yield from (Entry(name, None, held.frame, call, "built", known=shown) for name in names)
                continue
            given = {e.key: e for e in self._given(call, held.frame) if e.node not in (None, held.node)}
            for name, by, condition in told:
                entry = self._saying(given, condition) if by in called else None
                if entry is not None:
                    yield Entry(name, entry.node, held.frame, call, "keyword", name)

    def _called_with(
        self, made: Node, frame: Frame | None, same: Collection[str]
    ) -> Iterator[tuple[Holder, Node, set[str]]]:
        """The calls of an object's methods, and those that are given it, each with what is called."""
        queue, seen = [(made, frame)], {made}
        while queue:
            for held in self.know.holders(*queue.pop()):
                above = held.node.parent
                is_argument = above is not None and above.kind != "Attribute"
                call = above.parent if above is not None and above.kind != "Call" else above
                if above is not None and above.kind == "Attribute" and above.field == "decorator_list":
                    yield held, above, {str(above.value)}
                if held.path or above is None or call is None or call.kind != "Call":
                    continue
                if is_argument:
                    called = {str(v.data) for v in self.know.value(call.first, held.frame)}
                elif above.field == "func":
                    called = {str(above.value)}
                    if call not in seen and above.value in same:
                        queue.append((call, held.frame))
                        seen.add(call)
                else:
                    continue
                yield held, call, called

    def _saying(self, given: dict[Any, Entry], condition: str) -> Entry | None:
        """The argument that says so; the first, where none is named."""
        name, _, text = condition.partition("=")
        asked = given.get(int(name) if name.isdigit() else name)
        entry = asked if name else min(given.values(), key=entry_order, default=None)
        if entry is None or self._is_empty(entry):
            return None
        values = self.know.given(entry) if text else NOTHING
        is_said = not text or any(v.kind == "constant" and repr(v.constant) == text for v in values)
        return entry if is_said else None

    def _is_empty(self, entry: Entry) -> bool:
        """Whether nothing is given, or a list of nothing."""
        is_display = entry.node is not None and entry.node.kind in ("List", "Tuple")
        if is_display and entry.node is not None and not entry.node.all("elts"):
            return True
        values = self.know.given(entry)
        return bool(values) and all(v.kind == "constant" and not v.constant for v in values)

    def given_later(self, made: Node, frame: Frame | None) -> Iterator[Entry]:
        """What an object of a library's, or a copy of it, is given after it was made."""
        for held in self.know.holders(made, frame):
            above = held.node.parent
            if held.path or above is None:
                continue
            if above.kind == "AttributeStore":
                yield _set_on(above, held.frame)
            elif above.kind == "Attribute" and above.value in _COPIED_WITH and above.field == "func":
                yield from self._changed(above.parent, held.frame)
            elif held.node.field == "args" and last_name(above.first) in _REPLACING:
                yield from (one for one in self._given(above, held.frame) if isinstance(one.key, str))

    def _given(self, call: Node, frame: Frame | None) -> Entries:
        return self.know.arguments((Site(call, frame),))

    def _changed(self, call: Node | None, frame: Frame | None) -> Iterator[Entry]:
        """What a copy has anew: `settings.model_copy(update={"top_p": 0.4})`."""
        for given in self._given(call, frame) if call is not None else ():
            if given.key == _UPDATE:
                for mapping in mappings(self.know, given):
                    yield from self.know.entries(mapping)

    def of_any_name(self, entry: Entry) -> list[Value]:
        """What is not known of an entry by a name that is not known."""
        found = [v for v in self.know.given(entry) if v.kind == "open"]
        return found or [Value("open", entry.node or entry.holder, entry.frame, "computed")]

    def mappings_in(self, values: Iterable[Value]) -> Iterator[Value]:
        """The mappings among some values, and in the sequences among them."""
        for value in values:
            if value.kind == "mapping":
                yield value
            elif value.kind == "sequence":
                for element in self.know.elements(value):
                    yield from (v for v in self.know.given(element) if v.kind == "mapping")

    def under(self, mapping: Value, key: str) -> Values:
        """What a mapping holds by a key."""
        return NOTHING.union(*(self.know.given(e) for e in self.know.entries(mapping) if e.key == key))

    def not_known(self, entry: Entry) -> Iterator[Entry]:
        """What is given for a container of parameters and may hold any."""
        for value in self.know.given(entry):
            if value.kind == "open":
                yield entry._replace(key=None, node=None, known=frozenset((value,)))


def _parted(way: str) -> tuple[str, str]:
    """What is called, and the argument that says so: `create_agent(tools)`."""
    called, _, condition = way.removesuffix(")").partition("(")
    return called, condition


def _set_on(target: Node, frame: Frame | None) -> Entry:
    name = str(target.value)
    value = target.statement.child("value") if target.field in ("targets", "target") else None
    form: Form = "attribute" if value is not None else "built"
    return Entry(name, value or target, frame, target.statement, form, name)


def is_made(value: Value) -> bool:
    """Whether a value is an object that a library's call made, or a method of one."""
    return value.kind == "library" and value.node.kind == "Call" and "()" in str(value.data)
