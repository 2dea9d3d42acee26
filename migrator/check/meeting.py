"""What a written name meets in the edited program: what isn't there, what is no name, what refuses it."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from migrator.check.bounded import each
from migrator.check.emptied import has_default, is_emptied, is_gone_through, is_part_taken, sifted
from migrator.check.spelling import is_plain_text, wider_pattern
from migrator.decide.tables.missing_keys import is_caught, refuses
from migrator.know.predicates.budget import Budget, Stop
from migrator.know.predicates.regular_expressions import fits
from migrator.know.values import NOTHING
from migrator.read.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from migrator.decide.meanings import Names
    from migrator.know.activations import Activations
    from migrator.know.evaluator import Evaluator
    from migrator.know.values import Frame, Value, Values
    from migrator.read.nodes import FileFacts, Node

_MATCHES = ("match", "fullmatch", "search")
_NUMBERS = {"int": int, "float": float}
STEPS = 20_000


_Written = tuple["Value", "str | None"]
Question = Callable[[], "Iterable[Met]"]


class Met(NamedTuple):
    """A place at which written names come to grief, and how; `wider`: what stands there to let them in."""

    node: Node
    names: tuple[Value, ...]
    what: str
    wider: tuple[Node, str] | None = None


class Declared(NamedTuple):
    """What a declaration takes: a test, how it is said, and the literal that is made wider for more names."""

    takes: Callable[[str], bool]
    said: str
    wider: Callable[[list[str]], tuple[Node, str]] | None = None


class Meetings:
    """The places of one program.

    `before` says what a text was before the edits, `names` what names mean, by the rules.
    """

    def __init__(
        self,
        know: Evaluator,
        activations: Activations,
        matters: Callable[[object], bool],
        before: Callable[[Value], str | None],
        names: Names,
    ) -> None:
        self.know = know
        self.activations = activations
        self.matters = matters
        self.before = before
        self.names = names

    def all(self) -> Iterator[Met]:
        """Every place, file by file."""
        files = self.know.project.files.values()
        yield from each((asked for file in files for asked in self._questions(file)), lambda asked: asked())

    def _questions(self, file: FileFacts) -> Iterator[Question]:
        """What is asked in a file, place by place."""
        yield from self._collapsed(file)
        yield from self._numbers(file)
        yield from self._matched(file)
        yield from self._fields(file)
        yield from (partial(self._sifted, node) for node in sifted(self.know, file))

    def _written(self, node: Node | None, frame: Frame | None) -> Iterator[_Written]:
        """The names among an expression's values that the edits wrote, with what stood there before."""
        for found in self.know.value(node, frame) if node is not None else ():
            for value in self._first(found):
                if value.text is not None and self.matters(value.text):
                    before = self.before(value)
                    if before != value.text:
                        yield value, before

    def _first(self, value: Value) -> Values:
        """The value itself of a member that has a label as well."""
        if value.kind == "instance":
            held = self.know.member(value, "value", value.node, value.frame)
            return frozenset(one for inner in held if inner.kind != "instance" for one in self._first(inner))
        if value.kind != "sequence":
            return frozenset((value,))
        return next((self.know.given(e) for e in self.know.elements(value) if e.key == 0), NOTHING)

    # -- names that were two and are one -------------------------------------------------------------

    def _collapsed(self, file: FileFacts) -> Iterator[Question]:
        """Keys of one display, or sides of a comparison, that differed before."""
        tree, nodes = file.tree, file.nodes
        for index in tree.of_kind("Dict"):
            kinds = [tree.kind[at] for at in tree.children(index) if tree.field[at] == "keys"]
            if len(kinds) > 1 and any(kind != "Constant" for kind in kinds):
                yield partial(self._same_keys, nodes[index])
        for index in tree.of_kind("Compare"):
            if tree.value[index] in (("Eq",), ("NotEq",)):
                sides = list(tree.children(index))
                if not any(tree.kind[at] == "Constant" for at in sides):
                    yield partial(self._same_sides, nodes[index], [nodes[at] for at in sides])

    def _same_keys(self, mapping: Node) -> Iterator[Met]:
        seen: dict[object, tuple[Value, str]] = {}
        frame = self.know.frames.of(mapping)
        for key in mapping.all("keys"):
            for value, before in self._texts(key, frame):
                other, was = seen.setdefault(value.constant, (value, before))
                if was != before:
                    what = f"{was!r} and {before!r} would be one key, {value.constant!r}, of this mapping"
                    yield Met(key, (value, other), what)

    def _texts(self, node: Node, frame: Frame | None) -> Iterator[tuple[Value, str]]:
        values = self.know.value(node, frame)
        for value in values if len(values) == 1 else ():
            if value.text is not None:
                yield value, self.before(value) or value.text

    def _same_sides(self, test: Node, sides: list[Node]) -> Iterator[Met]:
        frame = self.know.frames.of(test)
        if not any(True for side in sides for _ in self._written(side, frame)):
            return
        for at in self.activations.at(test):
            found = ([one for one in self._texts(side, at) if self.before(one[0])] for side in sides)
            for (left, was), (right, other) in product(*found):
                if left.constant == right.constant and was != other:
                    what = f"{was!r} and {other!r} would be the same here, {left.constant!r}"
                    yield Met(test, (left, right), what)

    # -- names that are taken apart ------------------------------------------------------------------

    def _numbers(self, file: FileFacts) -> Iterator[Question]:
        """Numbers read out of a name."""
        for name, number in _NUMBERS.items():
            for index in file.calls.get(name, ()):
                call = file.nodes[index]
                inner = next(iter(call.all("args")), None)
                if inner is not None and inner.kind in ("Subscript", "Name", "Call") and not is_caught(call):
                    yield partial(self._number, call, inner, number)

    def _number(self, call: Node, inner: Node, number: Callable[[str], object]) -> Iterator[Met]:
        for frame in self.activations.at(call):
            for value in self.know.value(inner, frame):
                if value.text is not None and value.more and not _reads(number, value.text):
                    yield Met(call, (value,), f"{number.__name__}({value.text!r}) would raise ValueError")

    # -- names that are matched ----------------------------------------------------------------------

    def _matched(self, file: FileFacts) -> Iterator[Question]:
        """Matches without which the program raises."""
        for name in _MATCHES:
            for index in file.calls.get(name, ()):
                call = file.nodes[index]
                is_taken = is_part_taken(self.know, call)
                if call.first.kind == "Attribute" and (is_taken or refuses(call, absent=False)):
                    yield partial(self._in_match, call, name, is_taken=is_taken)

    def _in_match(self, call: Node, how: str, *, is_taken: bool) -> Iterator[Met]:
        arguments = call.all("args")
        subject = arguments[-1] if arguments else None
        holder = arguments[0] if len(arguments) > 1 else call.first.first
        missed: dict[Value, list[_Written]] = {}
        for frame in self.activations.at(call):
            for one in self._written(subject, frame):
                for pattern in self.know.value(holder, frame):
                    source = _pattern(self.know, pattern)
                    if source is not None and self._misses(source, one, how):
                        missed.setdefault(source, []).append(one)
        for source, ones in missed.items():
            wider = _pattern_of(source) if not is_taken else None
            values = tuple(value for value, _ in ones)
            what = f"{source.text!r} {_said(ones[0][1], values[0])}"
            yield Met(call, values, what, wider([str(v.text) for v in values]) if wider is not None else None)

    def _misses(self, pattern: Value, one: _Written, how: str) -> bool:
        """Whether a pattern fits what stood somewhere before, and not what is written there."""
        source, (value, before) = str(pattern.text), one
        return (before is None or _fits(source, before, how)) and not _fits(source, str(value.text), how)

    def _sifted(self, node: Node) -> Iterator[Met]:
        """What is looked for by a name among what is sifted by it."""
        tests = (test for part in node.all("generators") for test in part.all("ifs"))
        asked = [one for test in tests for one in test.among("Name", "Attribute", "Subscript")]
        if not any(True for one in asked for _ in self._written(one, self.know.frames.of(one))):
            return
        for frame in self.activations.at(node):
            met = [
                (value, was) for one in asked for value, was in self._written(one, frame) if was is not None
            ]
            if has_default(node):
                met = [(value, was) for value, was in met if is_gone_through(self.know, node, frame, was)]
            if met and is_emptied(self.know, node, frame):
                names = tuple(value for value, _ in met)
                yield Met(node, names, f"nothing is found here by {names[0].text!r}")

    # -- names that are kept in fields -----------------------------------------------------------------

    def _fields(self, file: FileFacts) -> Iterator[Question]:
        """Fields whose declarations say what they take: a pattern, a length, some choices, a `Literal`."""
        for cls in file.of_kind("ClassDef"):
            for declaration in cls.all("body"):
                if declaration.kind in ("AnnAssign", "Assign"):
                    yield partial(self._field, declaration)
        offers, holds = partial(self.names, "offered"), partial(self.names, "default-argument")
        for call in file.calls_giving(offers):
            offered = next((k for k in call.all("keywords") if offers(k.value or "")), None)
            default = next((k for k in call.all("keywords") if holds(k.value or "")), None)
            if offered is not None and default is not None:
                yield partial(self._chosen, call, offered.first, default.first)

    def _field(self, declaration: Node) -> Iterator[Met]:
        tests = list(self._declared(declaration))
        given = list(self._given(declaration)) if tests else []
        for test in tests:
            took = [(v, was) for v, was in given if was is None or test.takes(was)]
            missed = [(v, was) for v, was in took if not test.takes(str(v.text))]
            if missed:
                values = tuple(value for value, _ in missed)
                wider = test.wider([str(v.text) for v in values]) if test.wider is not None else None
                yield Met(declaration, values, f"{test.said} {_said(missed[0][1], values[0])}", wider)

    def _declared(self, declaration: Node) -> Iterator[Declared]:
        """What a declaration takes."""
        annotation = self._meant(declaration.child("annotation"))
        said = [declaration, *([annotation] if annotation is not None else [])]
        for call in dict.fromkeys(call for one in said for call in one.below("Call")):
            is_checked = self.names("checked-text", last_name(call.first))
            for keyword in call.all("keywords"):
                for value in self.know.value(keyword.first, None):
                    if value.text is not None and self.names("text-pattern", keyword.value or ""):
                        wider = _pattern_of(value) if is_checked else None
                        yield Declared(partial(_fits, value.text, how="search"), repr(value.text), wider)
                    is_number = value.kind == "constant" and isinstance(value.constant, int)
                    if keyword.value == "max_length" and is_number:
                        longer = partial(_longer, keyword.first)
                        is_here = is_checked and keyword.first.kind == "Constant"
                        takes = partial(_is_short, value.constant)
                        yield Declared(takes, f"max_length={value.constant}", longer if is_here else None)
            yield from self._stored_in(call)
        for one in (annotation, *annotation.below("Subscript")) if annotation is not None else ():
            if one.kind == "Subscript" and last_name(one.first) == "Literal":
                texts = {str(c.value) for c in one.below("Constant")}
                yield Declared(texts.__contains__, one.source)

    def _stored_in(self, column: Node) -> Iterator[Declared]:
        """What a type of a column takes: so many characters, some texts."""
        given = [one.value for one in column.all("args") if one.kind == "Constant"]
        name = last_name(column.first)
        if self.names("sized-text", name) and given and isinstance(given[0], int):
            yield Declared(partial(_is_short, given[0]), column.source)
        texts = [one for one in given if isinstance(one, str)]
        if self.names("listed-text", name) and len(texts) == len(column.all("args")) > 0:
            yield Declared(texts.__contains__, column.source)

    def _meant(self, annotation: Node | None) -> Node | None:
        """An annotation, or what stands behind its name."""
        bindings = (
            self.know.bindings(annotation) if annotation is not None and annotation.kind == "Name" else []
        )
        assigned = [b.statement.child("value") for b in bindings if b.kind == "NameStore"]
        return assigned[0] if len(assigned) == 1 else annotation

    def _given(self, declaration: Node) -> Iterator[_Written]:
        """The names that a field is given: its default, what constructors are given."""
        value = declaration.child("value")
        target = declaration.child("target") or declaration.child("targets")
        if value is not None:
            yield from self._written(value, None)
            arguments = value.all("args") if value.kind == "Call" else []
            named = value.all("keywords") if value.kind == "Call" else []
            for node in (
                *arguments[:1],
                *(k.first for k in named if self.names("default-argument", k.value or "")),
            ):
                yield from self._written(node, None)
        for call in self._making(str(declaration.scope.value)):
            for keyword in call.all("keywords"):
                if target is not None and keyword.value == target.value:
                    yield from self._written(keyword.first, self.know.frames.of(call))

    def _making(self, cls: str) -> Iterator[Node]:
        """The calls that make objects of a class, by its name or by that of its manager."""
        yield from self.know.project.calls(cls)
        for name in self.names.listed("row-maker"):
            for call in self.know.project.calls(name):
                if any(n.value == cls for n in call.first.among("Name")):
                    yield call

    def _chosen(self, call: Node, offered: Node, default: Node) -> Iterator[Met]:
        frame = self.know.frames.of(call)
        for value, before in self._written(default, frame):
            for found in self._choices(offered, frame):
                had = before is None or any(self.before(v) == before for v in found)
                if found and had and not any(v.constant == value.constant for v in found):
                    yield Met(call, (value,), f"the choices here have no {value.text!r}")

    def _choices(self, offered: Node, frame: Frame | None) -> Iterator[list[Value]]:
        """What may be chosen: the elements of each sequence, the members of an enumeration."""
        is_own = offered.kind == "Attribute" and self.names("offered", str(offered.value))
        for cls in self.know.value(offered.first, frame) if is_own else ():
            if cls.kind == "class":
                values = [s.child("value") for s in cls.node.all("body") if s.kind == "Assign"]
                found = [v for value in values for v in self.know.value(value, None)]
                yield [one for v in found for one in self._first(v) if one.kind == "constant"]
        for choices in self.know.value(offered, frame):
            if choices.kind == "sequence":
                yield list(self._offered(choices))

    def _offered(self, choices: Value) -> Iterator[Value]:
        """The choices, and the first of those that are pairs."""
        for entry in self.know.elements(choices):
            for value in self.know.given(entry):
                inner = self.know.elements(value) if value.kind == "sequence" else ()
                found = [value, *(v for e in inner for v in self.know.given(e))]
                yield from (v for v in found if v.kind == "constant")


def _pattern_of(value: Value) -> Callable[[list[str]], tuple[Node, str]] | None:
    """What makes the literal of a pattern wider."""
    parts: tuple[Node, ...] = value.more
    return partial(_wider, parts[0]) if len(parts) == 1 and is_plain_text(parts[0]) else None


def _wider(literal: Node, texts: list[str]) -> tuple[Node, str]:
    return literal, wider_pattern(literal, texts)


def _longer(number: Node, texts: list[str]) -> tuple[Node, str]:
    return number, str(max(map(len, texts)))


def _is_short(most: int, text: str) -> bool:
    return len(text) <= most


def _reads(number: Callable[[str], object], text: str) -> bool:
    try:
        number(text)
    except ValueError:
        return False
    return True


def _fits(pattern: str, text: str, how: str) -> bool:
    try:
        return fits(pattern, text, how, 0, Budget(STEPS)) is not None
    except (Stop, re.error, RecursionError):
        return False


def _pattern(know: Evaluator, value: Value) -> Value | None:
    """The text of a pattern: a text, or what `re.compile` is given."""
    if value.text is not None:
        return value
    if value.kind == "library" and str(value.data) == "re.compile()":
        first = next(iter(value.node.all("args")), None) if value.node.kind == "Call" else None
        texts = [v for v in know.value(first, value.frame) if v.text is not None] if first is not None else []
        return texts[0] if len(texts) == 1 else None
    return None


def _said(before: str | None, value: Value) -> str:
    return f"takes {before!r} and not {value.text!r}" if before else f"does not take {value.text!r}"
