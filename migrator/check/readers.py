"""Code that takes parameters by name: functions, records and texts that an edit leaves behind."""

from __future__ import annotations

from string import Formatter
from typing import TYPE_CHECKING, NamedTuple

from migrator.check.bounded import each
from migrator.know.values import Site
from migrator.read.scopes import last_name, parameters

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from migrator.know.activations import Activations
    from migrator.know.evaluator import Evaluator
    from migrator.know.values import Entries, Entry, Frame, Value
    from migrator.read.nodes import FileFacts, Node
    from migrator.rulebook.name_rules import NameList

"""Bases that take no keywords of their own."""
_FILLS = ("format", "format_map")


class Misfit(NamedTuple):
    """A place that would fail: the name that is missing or not taken there, and what says it."""

    node: Node
    name: str
    what: str
    literal: Node | None = None
    entry: Entry | None = None


class Readers:
    """Finds calls of one program that miss a name which is `gone`, or give a `new` one that is not taken.

    `counts` says whether a file's functions belong to what must go on working, `named` what a list has.
    """

    def __init__(
        self,
        know: Evaluator,
        activations: Activations,
        gone: Collection[str],
        new: Collection[str],
        renamed: Mapping[str, str],
        counts: Callable[[str], bool],
        named: Mapping[str, NameList],
    ) -> None:
        self.know = know
        self.activations = activations
        self.bases, self.copies = frozenset(named["record-base"].exact), frozenset(named["record-copy"].exact)
        self.gone = gone
        self.new = new
        self.renamed = renamed
        self.counts = counts

    def misfits(self) -> Iterator[Misfit]:
        """Every such call, in some activation of the code around it."""
        takers = {name for file in self.know.project.files.values() for name in self._takers(file)}
        files = self.know.project.files.values()
        yield from each((call for file in files for call in self._may_matter(file, takers)), self._at)

    def _at(self, call: Node) -> Iterator[Misfit]:
        for frame in self.activations.at(call):
            yield from self._in_frame(call, frame)

    def _takers(self, file: FileFacts) -> Iterator[str]:
        """Names of functions and classes that take something by a name that is gone."""
        for arg in file.of_kind("arg"):
            function = arg.parent
            if arg.value in self.gone and function is not None and function.kind != "Lambda":
                yield str(function.scope.value if function.value == "__init__" else function.value)
        for cls in file.of_kind("ClassDef"):
            if any(n.kind == "AnnAssign" and n.first.value in self.gone for n in cls.all("body")):
                yield str(cls.value)

    def _may_matter(self, file: FileFacts, takers: set[str]) -> Iterator[Node]:
        """The calls of a file that are of something by its name, or give by one, that may matter."""
        by_name = {
            at for name in {*takers, *_FILLS, *self.copies} & file.calls.keys() for at in file.calls[name]
        }
        giving = (call for call in file.calls_giving(lambda name: not name or name in self.new))
        found = by_name | {call.index for call in giving if call.first.kind in ("Name", "Attribute")}
        return (file.nodes[at] for at in sorted(found))

    def _in_frame(self, call: Node, frame: Frame | None) -> Iterator[Misfit]:
        given = self.know.arguments((Site(call, frame),))
        if call.first.kind == "Attribute" and call.first.value in _FILLS:
            yield from self._unfilled(call, frame, given)
        if call.first.value in self.copies:
            yield from self._copied(call, frame, given)
        for callee in self.know.value(call.first, frame):
            yield from self._called(call, callee, given)

    # -- texts ---------------------------------------------------------------------------------------

    def _unfilled(self, call: Node, frame: Frame | None, given: Entries) -> Iterator[Misfit]:
        """Fields of a text for which nothing is given any more."""
        if call.first.value == "format_map":
            held = [v for e in given if e.key == 0 for v in self.know.given(e)]
            given = frozenset(e for v in held if v.kind == "mapping" for e in self.know.entries(v))
            if not held or any(v.kind != "mapping" for v in held):
                return
        keys = {entry.key for entry in given}
        if None in keys:
            return
        for text in self.know.value(call.first.first, frame):
            for name in _fields(text.text or ""):
                if name in self.gone and name not in keys:
                    yield Misfit(call, name, f"would find no {name!r} for its text")

    # -- functions and records -----------------------------------------------------------------------

    def _called(self, call: Node, callee: Value, given: Entries) -> Iterator[Misfit]:
        if callee.kind == "class" and self.counts(callee.node.file.path):
            inits = [init for _, init in self.know.resolved(callee.node, "__init__")]
            if inits:
                yield from self.function(call, inits[0], given)
            else:
                yield from self._record(call, callee.node, given)
        elif callee.kind == "function" and self.counts(callee.node.file.path):
            yield from self.function(call, callee.node, given)

    def function(self, call: Node, function: Node, given: Entries) -> Iterator[Misfit]:
        """What a function would be given that it does not take, or not be given that it needs."""
        keys = {entry.key for entry in given}
        named = parameters(function)[_is_bound(function) :]
        for place, arg in enumerate(named) if None not in keys else ():
            is_given = arg.value in keys or (arg.field == "args" and place in keys)
            if arg.value in self.gone and not is_given and arg.child("default") is None:
                yield Misfit(call, str(arg.value), f"would give {function.value} no {arg.value!r}")
        if not any(arg.field == "kwarg" for arg in function.all("kwarg")):
            yield from self._untaken(call, str(function.value), {str(arg.value) for arg in named}, given)

    def _record(self, call: Node, cls: Node, given: Entries) -> Iterator[Misfit]:
        fields = self.know.record_fields(cls)
        keys = {entry.key for entry in given}
        order = list(fields)
        bases = {base.rpartition(".")[2] for base in self.know.mro(cls) if isinstance(base, str)}
        if not fields or bases - self.bases:
            return
        for name, field in fields.items() if None not in keys else ():
            is_given = name in keys or order.index(name) in keys
            if name in self.gone and not is_given and field.default is None and not field.known:
                yield Misfit(call, name, f"would give {cls.value} no {name!r}")
        yield from self._untaken(call, str(cls.value), set(fields), given)

    def _copied(self, call: Node, frame: Frame | None, given: Entries) -> Iterator[Misfit]:
        """Fields that a copy of a record is given under names that they no longer have."""
        if call.first.value == "replace":
            bases = [v for e in given if e.key == 0 for v in self.know.given(e)]
        else:
            bases = list(self.know.value(call.first.first, frame))
        inner = (v for e in given if e.key == "update" for v in self.know.given(e) if v.kind == "mapping")
        given = given.union(*map(self.know.entries, inner))
        for base in bases:
            if base.kind == "instance" and self.counts(base.data.file.path):
                yield from self._called_otherwise(call, set(self.know.record_fields(base.data)), given)

    def _untaken(self, call: Node, callee: str, taken: set[str], given: Entries) -> Iterator[Misfit]:
        keys = {entry.key for entry in given}
        for key in sorted(key for key in keys if isinstance(key, str) and key in self.new):
            if key not in taken:
                yield Misfit(call, key, f"would give {callee} {key!r}, which it does not take")
        yield from self._called_otherwise(call, taken, given)

    def _called_otherwise(self, call: Node, taken: set[str], given: Entries) -> Iterator[Misfit]:
        """What is given by an old name to something that now takes the new one."""
        for entry in given:
            new = self.renamed.get(entry.key) if isinstance(entry.key, str) else None
            if new is not None and entry.key not in taken and new in taken:
                yield Misfit(
                    call, entry.key, f"would give {entry.key!r}, which is {new!r} there", None, entry
                )


def _is_bound(function: Node) -> bool:
    """Whether a function's first parameter is what it is called on."""
    is_static = any(last_name(d) == "staticmethod" for d in function.decorators)
    return function.scope.kind == "ClassDef" and not is_static


def _fields(text: str) -> list[str]:
    """The names that a text for `format` holds."""
    try:
        return [name.partition(".")[0].partition("[")[0] for _, name, _, _ in Formatter().parse(text) if name]
    except ValueError:
        return []
