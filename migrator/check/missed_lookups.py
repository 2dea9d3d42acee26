"""Look-ups that an edited program would miss: keys that a mapping lacks, members that a class lacks."""

from __future__ import annotations

from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from migrator.check.bounded import each
from migrator.check.library_tables import by_import, was_put_in
from migrator.decide.tables.missing_keys import (
    falls_back,
    is_caught,
    is_guarded,
    look_ups,
    refuses,
)
from migrator.know.values import Value, constant, opened
from migrator.read.scopes import enclosing_class
from migrator.requests.request_records import may_be_any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from migrator.check.library_tables import LibraryTables
    from migrator.check.written_names import Nearby
    from migrator.know.activations import Activations
    from migrator.know.evaluator import Evaluator
    from migrator.know.values import Frame, Values
    from migrator.read.nodes import FileFacts, Node

NONE: Mapping[str, str] = {}
_ENUM = "Enum"
_FLAG = ("In",), ("NotIn",)
_OF_MAPPINGS = ("get", "items", "keys", "values")
_GIVING = ("Assign", "AnnAssign")
_OF_CALLERS = "caller outside"
_OF_READ = ("computed", "library result")
MAX_PARTS = 4
"""Parts of parts of a file's content."""


class Asked(NamedTuple):
    """A place that looks a name up: the key, and what is to hold it."""

    node: Node
    key: Node
    base: Node
    raises: bool
    is_library: bool = False


class Miss(NamedTuple):
    """A look-up at a node that finds nothing: the key, and what lacks it.

    `is_read`: that is read from a file at run time or handed over, so that nobody knows what it holds;
    `falls_back`: the look-up says itself what is taken then; `is_renamed`: what it asks for has another name.
    """

    node: Node
    key: Value
    lacking: Value
    is_read: bool
    falls_back: bool = False
    is_renamed: bool = False


class Lookups:
    """The look-ups of one program by keys that `matters` speaks of.

    `before` says what a text was in the program before the edits, `renamed` what parameters are called now,
    `nearby` what may be meant where that is too much to follow.
    """

    def __init__(
        self,
        know: Evaluator,
        activations: Activations,
        matters: Callable[[object], bool],
        before: Callable[[Value], str | None],
        library: LibraryTables,
        renamed: Mapping[str, str] = NONE,
        nearby: Nearby | None = None,
    ) -> None:
        self.know = know
        self.activations = activations
        self.matters = matters
        self.before = before
        self.library = library
        self.renamed = renamed
        self.nearby = nearby
        self._held: dict[Value, tuple[set[object], set[object]]] = {}
        self._parts: dict[Value, dict[str, str]] = {}

    def missed(self) -> Iterator[Miss]:
        """Every look-up that surely finds nothing in some activation, or no longer what it found."""
        files = self.know.project.files.values()
        yield from each((asked for file in files for asked in self._asked(file)), self._missed)
        yield from each((asked for file in files for asked in self._tested(file)), self._told_apart)

    def _missed(self, asked: Asked) -> Iterator[Miss]:
        if self._may_matter(asked.key, is_library=asked.is_library):
            for frame in self.activations.at(asked.node):
                yield from self._in_frame(asked, frame)

    def quiet(self) -> Iterator[Miss]:
        """Every look-up of a new name in what is read from a file, where a miss raises nothing."""
        files = self.know.project.files.values()
        asked = (one for file in files for one in (*self._asked(file), *self._tested(file)))
        met = (one for one in asked if one.node.kind != "Subscript" or not is_guarded(one.node))
        yield from each((one for one in met if not one.raises), self._quiet)

    def _quiet(self, asked: Asked) -> Iterator[Miss]:
        if self._may_matter(asked.key):
            for frame in self.activations.at(asked.node):
                bases = (one for one in self.know.value(asked.base, frame) if self._is_of_file(one))
                for base, key in product(bases, self.know.value(asked.key, frame)):
                    is_name = key.kind == "constant" and self.matters(key.constant)
                    if is_name and self.before(key) not in (None, key.constant):
                        yield Miss(asked.node, key, base, is_read=True)

    def _is_of_file(self, value: Value, depth: int = 0) -> bool:
        """Whether a value is the content of a file that is not known, or a part of it."""
        if value.kind == "library":
            path, made, _ = str(value.data).partition("()")
            return bool(made) and path in self.library.readers
        base = value.node.first if value.kind == "open" and value.node.kind == "Subscript" else None
        parts = self.know.value(base, value.frame) if base is not None and depth < MAX_PARTS else ()
        return any(self._is_of_file(one, depth + 1) for one in parts)

    def _told_apart(self, asked: Asked) -> Iterator[Miss]:
        if self._may_matter(asked.key):
            for frame in self.activations.at(asked.node):
                yield from self._handed(asked, frame)

    def _tested(self, file: FileFacts) -> Iterator[Asked]:
        """Tests whether something has a name, after which another one is taken, or none."""
        for node in file.of_kind("Compare"):
            if node.value in _FLAG:
                yield Asked(node, node.first, node.all("comparators")[0], raises=False)

    def _handed(self, asked: Asked, frame: Frame | None) -> Iterator[Miss]:
        """What callers hand over to look names up in: they know the old one, and a new one finds nothing."""
        bases = self._values(asked.base, frame)
        handed = [one for one in bases if one.is_cut or (one.kind == "open" and one.data == _OF_CALLERS)]
        is_table = any(one.kind in ("mapping", "sequence") for one in bases)
        if not handed or not (is_table or _is_looked_into(asked.base)):
            return
        for key in self._values(asked.key, frame):
            is_name = key.kind == "constant" and self.matters(key.constant)
            if is_name and self.before(key) not in (None, key.constant):
                yield Miss(asked.node, key, handed[0], is_read=True)

    def unknown(self) -> Iterator[tuple[Node, str]]:
        """Every look-up in a library by a model that may be any, with what is called there."""
        files = self.know.project.files.values()
        yield from each((asked for file in files for asked in self._in_libraries(file)), self._unknown)

    def _unknown(self, asked: Asked) -> Iterator[tuple[Node, str]]:
        values = self.know.value(asked.key, self.know.frames.of(asked.key)) if asked.raises else ()
        if any(map(may_be_any, values)):
            yield from ((asked.node, path) for path in self._paths(asked.base))

    def _paths(self, callee: Node) -> Iterator[str]:
        """What of a library is called; by its import where that takes too much to find."""
        frame = self.know.frames.of(callee)
        bases = self._bases(callee, frame) if callee.kind == "Name" else self.know.value(callee, frame)
        yield from (str(value.data) for value in bases if value.kind == "library")

    def _bases(self, asked: Node, frame: Frame | None) -> Values:
        """What of libraries is asked; by its import where that takes too much to find."""
        values = self.know.value(asked, frame)
        if not any(value.is_cut for value in values):
            return values
        return values.union(Value("library", asked, frame, path) for path in by_import(self.know, asked))

    def _values(self, node: Node, frame: Frame | None) -> Values:
        """What an expression may be; a field of too many values also what literals of its class say of it."""
        found, cls = self.know.value(node, frame), enclosing_class(node)
        if node.kind != "Attribute" or cls is None or not any(value.is_cut for value in found):
            return found
        stores = [one.parent for one in cls.among("AttributeStore") if one.source == node.source]
        given = (one.child("value") for one in stores if one is not None and one.kind in _GIVING)
        said = (part for value in given if value is not None for part in value.among("Constant", "Dict"))
        return found.union(*(self.know.value(part, self.know.frames.of(part)) for part in said))

    # -- the places --------------------------------------------------------------------------------

    def _asked(self, file: FileFacts) -> Iterator[Asked]:
        for node, base, key in look_ups(file):
            may_miss = node.kind == "Call" and node.first.value == "get"
            is_safe = is_caught(node) or (node.kind != "Call" and is_guarded(node))
            yield Asked(node, key, base, not (may_miss or is_safe))
        for node in file.of_kind("Compare"):
            if node.value in _FLAG and refuses(node, absent=node.value == ("NotIn",)):
                yield Asked(node, node.first, node.all("comparators")[0], raises=True)
        yield from self._called(file)

    def _called(self, file: FileFacts) -> Iterator[Asked]:
        yield from self._in_libraries(file)
        for name in sorted(self._enums):
            for index in file.calls.get(name, ()):
                call = file.nodes[index]
                if len(call.all("args")) == 1 and not is_caught(call):
                    yield Asked(call, call.all("args")[0], call.first, raises=True)

    def _in_libraries(self, file: FileFacts) -> Iterator[Asked]:
        for node, key, base, raises in self.library.asked(file):
            yield Asked(node, key, base, raises, is_library=True)

    @cached_property
    def _enums(self) -> set[str]:
        """The names of the program's enumerations."""
        files = self.know.project.files.values()
        return {str(cls.value) for file in files for cls in file.of_kind("ClassDef") if self._is_enum(cls)}

    def _is_enum(self, cls: Node) -> bool:
        return bool(cls.all("bases")) and any(
            isinstance(base, str) and (base.endswith((_ENUM, "Choices"))) for base in self.know.mro(cls)
        )

    def _may_matter(self, key: Node, *, is_library: bool = False) -> bool:
        if key.kind == "Constant":
            return self.matters(key.value)
        if key.kind == "Tuple":
            return any(map(self._may_matter, key.all("elts")))
        frame = self.know.frames.of(key)
        values: Iterable[Value] = self._values(key, frame)
        values = self._meant(key, frame) if is_library else values
        return any(v.kind == "constant" and self.matters(v.constant) for v in values)

    # -- what they find ----------------------------------------------------------------------------

    def _in_frame(self, asked: Asked, frame: Frame | None) -> Iterator[Miss]:
        bases = self._bases(asked.base, frame) if asked.is_library else self.know.value(asked.base, frame)
        if asked.key.kind == "Tuple":
            yield from self._by_parts(asked, frame, bases)
            rows = frozenset(one for one in bases if one.kind == "library")
            for part in asked.key.all("elts") if rows else ():
                yield from self._by_key(asked._replace(key=part), frame, rows)
        else:
            yield from self._by_key(asked, frame, bases)

    def _by_key(self, asked: Asked, frame: Frame | None, bases: Values) -> Iterator[Miss]:
        """A key by which what may be asked finds nothing."""
        keys = self._meant(asked.key, frame) if asked.is_library else self.know.value(asked.key, frame)
        for key in keys:
            if key.kind == "constant" and self.matters(key.constant):
                for one in bases:
                    if self._is_renamed(asked.node, one, key):
                        yield Miss(asked.node, key, one, is_read=False, is_renamed=True)
                    elif self._lacks(one, key, raises=asked.raises):
                        has_own = self._is_planned(one, key) and falls_back(asked.node)
                        yield Miss(asked.node, key, one, self._is_read(one), has_own)

    def _is_planned(self, base: Value, key: Value) -> bool:
        """Whether a display has a row by a name as it was, so that planning said what a miss does."""
        keys = base.node.all("keys") if base.kind == "mapping" and base.node.kind == "Dict" else ()
        before = self.before(key)
        return any(v.text == before for one in keys for v in self.know.value(one, base.frame))

    def _meant(self, key: Node, frame: Frame | None) -> Iterator[Value]:
        """What a library is asked about; where that is too much to follow, any name that is written near."""
        for value in self.know.value(key, frame):
            yield from self.library.meant(self.know, value)
            if value.is_cut and self.nearby is not None:
                yield from self.nearby.values(key, frame)

    def _is_renamed(self, call: Node, base: Value, key: Value) -> bool:
        """Whether `get` or `pop` asks for an entry by its old name, so that it would silently find none."""
        new, old = self.renamed.get(str(key.constant)), key.constant
        if new is None or call.kind != "Call" or base.kind != "mapping" or new in call.statement.source:
            return False
        tests = (test for above in call.ancestors() for test in above.all("test"))
        is_told = any(part.value == old for test in tests for part in test.among("Constant"))
        return not is_told and new in self._keys(base)[0] and old not in self._keys(base)[0]

    def _by_parts(self, asked: Asked, frame: Frame | None, bases: Values) -> Iterator[Miss]:
        """Names in a key of several parts that no key of a mapping has any more, as it had the old ones."""
        for node in asked.key.all("elts"):
            for part in self.know.value(node, frame):
                before = self.before(part) if self.matters(part.text) else None
                if before is not None and before != part.text:
                    for base in bases:
                        held = self._held_parts(base) if base.kind == "mapping" else {}
                        if before in held.values() and part.text not in held:
                            yield Miss(asked.node, part, base, is_read=False)

    def _held_parts(self, mapping: Value) -> dict[str, str]:
        """The texts in a mapping's keys of several parts, with what each was before."""
        if mapping not in self._parts:
            found = self._parts[mapping] = {}
            for entry in self.know.entries(mapping):
                key = entry.holder.child("key") if entry.holder.kind == "DictComp" else None
                if key is None and entry.node is not None:
                    key = entry.node.key
                for node in key.all("elts") if key is not None and key.kind == "Tuple" else ():
                    texts = (v for v in self.know.value(node, entry.frame) if v.text is not None)
                    found |= {str(v.text): self.before(v) or str(v.text) for v in texts}
        return self._parts[mapping]

    def _lacks(self, base: Value, key: Value, *, raises: bool) -> bool:
        """Whether what holds keys surely has no such one, or had what stood in its place before."""
        if was_put_in(self.know, base, self.before(key), str(key.constant)):
            return True
        if self._is_read(base):
            return raises and self.before(key) not in (None, key.constant)
        if base.kind == "library":
            path, was = str(base.data), self.before(key)
            was_found = was not in (None, key.constant) and not self.library.is_tokenizer(path)
            return (raises or was_found) and self.library.lacks(path, str(key.constant))
        if base.kind not in ("mapping", "sequence", "class"):
            return False
        now, once = self._keys(base)
        if key.constant in now:
            return False
        before = self.before(key)
        if before is not None and before != key.constant and before in once:
            return True
        is_certain = self.renamed.get(str(key.constant)) in now or not self._may_gain(base)
        return raises and base.kind == "mapping" and bool(now) and is_certain

    def _is_read(self, base: Value) -> bool:
        """Whether a file is read at run time for what holds the keys, so that nobody knows these."""
        if base.is_result:
            return str(base.data).removesuffix("()") in self.library.readers
        return base.kind == "open" and base.data in _OF_READ

    def _may_gain(self, mapping: Value) -> bool:
        """Whether the program itself may put a key that is not known into a mapping."""
        if mapping.kind != "mapping":
            return False
        open_ones = [entry for entry in self.know.entries(mapping) if entry.key is None]
        return any(entry.holder.kind not in ("DictComp", "Call") for entry in open_ones)

    def _keys(self, base: Value) -> tuple[set[object], set[object]]:
        """The keys that something holds, and those that it held; none among them if one is not known."""
        if base not in self._held:
            found = self._known(base)
            now: set[object] = {v.constant if v.kind == "constant" else None for v in found}
            once: set[object] = {self.before(v) for v in found if v.kind == "constant"}
            self._held[base] = now, once
        return self._held[base]

    def _known(self, base: Value) -> list[Value]:
        """What a mapping's keys, a sequence's elements, an enumeration's values may be."""
        if base.kind == "mapping":
            return [self._key(entry.key, entry.holder, entry.node) for entry in self.know.entries(base)]
        if base.kind == "sequence":
            return [v for e in self.know.elements(base) for v in self.know.given(e)]
        found = []
        for statement in base.node.all("body") if self._is_enum(base.node) else ():
            value = statement.child("value") if statement.kind in ("Assign", "AnnAssign") else None
            found += [first for v in self._of(value) for first in self._first(v)]
        return found

    def _of(self, node: Node | None) -> Values:
        return self.know.value(node, None) if node is not None else frozenset()

    def _first(self, value: Value) -> Values:
        """A member's value: the first of several, where it has a label as well."""
        if value.kind != "sequence":
            return frozenset((value,))
        found = [self.know.given(e) for e in self.know.elements(value) if e.key == 0]
        return found[0] if found else frozenset()

    def _key(self, key: object, holder: Node, node: Node | None) -> Value:
        """The key of an entry as a value, with the literal that it stands in."""
        if node is not None and node.parent is holder and isinstance(key, str):
            for value in self._of(node.key):
                if value.kind == "constant" and value.constant == key:
                    return value
        return _plain(key, holder)


def _is_looked_into(base: Node) -> bool:
    """Whether the file takes elements of an expression, as of no text."""
    for node in base.file.of_kind("Subscript"):
        part = node.child("slice")
        if part is not None and part.kind != "Slice" and node.first.source == base.source:
            return True
    calls = (base.file.nodes[index] for name in _OF_MAPPINGS for index in base.file.calls.get(name, ()))
    return any(one.first.kind == "Attribute" and one.first.first.source == base.source for one in calls)


def _plain(key: object, holder: Node) -> Value:
    """A key that no literal of its own says."""
    return opened("computed", holder) if key is None else constant(key, holder, ())
