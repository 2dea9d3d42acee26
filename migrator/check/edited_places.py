"""Which edits stand behind a place of the edited program, and what stood there before them."""

from __future__ import annotations

from ast import Constant, Dict, parse, walk
from collections import defaultdict
from contextlib import suppress
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from migrator.check.spelling import turned
from migrator.inventory.edit_records import (
    AddElement,
    AddEntry,
    InsertStatement,
    ReplaceExpression,
    ReplaceText,
)
from migrator.read.notebook import spoken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from migrator.inventory.edit_records import Edit, Operation, Span
    from migrator.know.values import Value
    from migrator.read.nodes import FileFacts, Node

_DISPLAYS = frozenset({"Dict", "List", "Tuple", "Set"})
MANY_LINES = 2_000
"""Above so many lines those that occur often are no landmarks when two editions are compared."""
MODEL_RULE = "GPT55-M001"
CHOICES = "GPT55-T002"


def writes_ids(edit: Edit) -> bool:
    """Whether an edit writes an id: in place of an old one, or as a row of a table."""
    return edit.rule == MODEL_RULE or edit.rule.startswith("GPT55-T")


def replaces_id(edit: Edit) -> bool:
    """Whether an edit writes an id in place of an old one."""
    is_other = isinstance(edit.operation, (ReplaceText, ReplaceExpression))
    return edit.rule == MODEL_RULE or (writes_ids(edit) and is_other)


def _inserts(edit: Edit) -> bool:
    """Whether an edit inserts a statement."""
    return isinstance(edit.operation, InsertStatement)


def adds_member(edit: Edit) -> bool:
    """Whether an edit may add a member to an enumeration."""
    return writes_ids(edit) and _inserts(edit)


def _in_place(edits: Iterable[Edit]) -> list[Edit]:
    """The edits that write texts in place of others."""
    return [edit for edit in edits if isinstance(edit.operation, ReplaceText)]


class Places:
    """Which edits stand behind a place of the edited program."""

    def __init__(
        self,
        edits: Iterable[Edit],
        content: Callable[[str], bytes | None],
        changed: dict[str, bytes],
        facts: Iterable[FileFacts],
    ) -> None:
        self.content = content
        self.files = {file.path: file for file in facts}
        self.changed = changed
        self.edits: dict[str, list[Edit]] = defaultdict(list)
        self.touched: dict[str, set[Span]] = defaultdict(set)
        self._growing: dict[str, set[Span]] = defaultdict(set)
        for edit in edits:
            self.touched[edit.path].add(edit.anchor)
            if isinstance(edit.operation, (AddElement, AddEntry)):
                self._growing[edit.path].add(edit.anchor)
            if writes_ids(edit):
                self.edits[edit.path].append(edit)
        self._lines: dict[str, dict[int, tuple[int, int]]] = {}
        self._split: dict[str, tuple[list[bytes], list[bytes]]] = {}
        self._by_line: dict[str, dict[int, list[Span]]] = {}
        self._anchored: dict[str, dict[Span, list[Edit]]] = {}
        self._starting: dict[tuple[str, str], dict[int, list[Node]]] = {}

    def behind(self, value: Value) -> frozenset[str]:
        """The groups that wrote the literals which a constant is made of."""
        return frozenset(edit.group for edit in self._made(value))

    def writing(self, value: Value) -> list[Edit]:
        """The edits that wrote the ids in the literals which a constant is made of."""
        return _in_place(self._made(value)) if value.text is not None else []

    def of_group(self, group: str) -> list[Edit]:
        """The edits of a group that write ids in place of others."""
        return _in_place(edit for edits in self.edits.values() for edit in edits if edit.group == group)

    def _made(self, value: Value) -> Iterator[Edit]:
        """The edits that wrote the literals which a constant is made of."""
        for part in value.more or (value.node,):
            yield from self._at(part)

    def is_of_data(self, group: str) -> bool:
        """Whether a group writes an id in a data file: what is read beside it is not evaluated."""
        return any(
            e.group == group for path, edits in self.edits.items() for e in edits if path not in self.files
        )

    def unseen(self, arrived: Iterable[Value]) -> Iterator[tuple[str, str, str, bool]]:
        """What is written and is not among some values: group, text and path; whether it is only offered."""
        seen = {
            edit.id
            for value in arrived
            for part in value.more or (value.node,)
            for edit in self._at(part)
            if not isinstance(edit.operation, ReplaceText)
            or edit.operation.new.rpartition("/")[2] in (value.text or "")
        }
        for edit in (e for edits in self.edits.values() for e in edits if e.rule == MODEL_RULE):
            if not isinstance(edit.operation, ReplaceText) or _is_label(edit.operation):
                continue
            if edit.id not in seen:
                yield edit.group, self._named(edit, edit.operation), edit.path, False
        yield from ((*told, True) for edit, told in self._offered() if edit.id not in seen)

    def _named(self, edit: Edit, operation: ReplaceText) -> str:
        """The id that an edit writes, with the provider that stands before it in its literal."""
        literal = self.literal(edit)
        text = str(literal.value) if literal is not None else self._at_anchor(edit)
        provider, _, rest = text.partition(operation.old)
        is_one = not rest and provider.endswith("/") and not provider.count(" ")
        return provider + operation.new if is_one else operation.new

    def _at_anchor(self, edit: Edit) -> str:
        """The text that an edit of a data file is anchored on, where it stands on one line."""
        first, left, last, right = edit.anchor
        content = self.content(edit.path) if edit.path not in self.files and first == last else None
        lines = content.splitlines() if content is not None else []
        text = lines[first - 1][left:right] if 0 < first <= len(lines) else b""
        return text.decode("utf-8", "replace").strip("\"'")

    def _offered(self) -> Iterator[tuple[Edit, tuple[str, str, str]]]:
        """What joins a list of choices while no id moves with it: an edit; group, text and path."""
        edits = [edit for edits in self.edits.values() for edit in edits]
        moving = {edit.group for edit in edits if edit.rule == MODEL_RULE}
        for edit in edits:
            for text in _offered_by(edit) if edit.group not in moving else ():
                yield edit, (edit.group, text, edit.path)

    def before(self, value: Value) -> str | None:
        """What a text was before the edits of the literals that it is made of; none if they are new."""
        text = value.text
        for part in value.more if text is not None else ():
            for edit in self._at(part):
                operation = edit.operation
                if isinstance(operation, ReplaceText) and text is not None:
                    text = turned(text, operation.new, operation.old)
                elif text == value.text and _adds(operation, part):
                    return None
        return text

    def adding(self, literal: Node) -> Edit | None:
        """The edit that added a literal to a collection."""
        found = [e for e in self._at(literal) if isinstance(e.operation, AddElement)]
        text = f"{literal.value}"
        own = [e for e in found if isinstance(e.operation, AddElement) and text in _names_in(e.operation)]
        return own[0] if len(own) == 1 else None

    @property
    def inserted(self) -> set[str]:
        """The files in which edits insert statements that write ids."""
        return {path for path, edits in self.edits.items() if any(map(_inserts, edits))}

    def inserted_beside(self, literal: Node) -> str:
        """The text with an id in the statement beside which an edit inserted the one of a literal."""
        for edit in filter(_inserts, self._at(literal)):
            if str(literal.value) in getattr(edit.operation, "source", ""):
                texts = self._texts_at(edit)
                return next((text for text in texts if text != literal.value), "")
        return ""

    def _texts_at(self, edit: Edit) -> list[str]:
        """The texts in what an edit is anchored on."""
        file, (first, left, last, right) = self.files.get(edit.path), edit.anchor
        literals = file.of_kind("Constant") if file is not None else ()
        inside = (n for n in literals if (first, left) <= n.span[:2] and n.span[2:] <= (last, right))
        return [node.value for node in inside if isinstance(node.value, str)]

    def line(self, path: str, line: int) -> int:
        """The line of the program as it was read that a line of the edited one stands for."""
        return max(self._old(path).get(line, (line, line))[0], 1) if path in self.changed else line

    def replaced(self, node: Node) -> frozenset[str]:
        """The groups that wrote the expression which a node is."""
        return frozenset(
            edit.group
            for edit in self._at(node)
            if isinstance(edit.operation, ReplaceExpression) and node.source in edit.operation.source
        )

    def unchanged(self, node: Node) -> Span | None:
        """Where a node of the edited program stood before, if that is sure."""
        path = node.file.path
        if path not in self.changed:
            return node.span
        first, left, last, right = node.span
        old, new = self._texts(path)
        known = [self._old(path).get(line, (0, 0)) for line in range(first, last + 1)]
        moved = known[0][0] - first
        for at, (low, high) in zip(range(first, last + 1), known, strict=True):
            if low != high or low - at != moved or old[low - 1] != new[at - 1]:
                return self._same(node, known[0][0], known[-1][1])
        return first + moved, left, last + moved, right

    def was(self, display: Node) -> Node | None:
        """A display of the edited program as it was before, also where edits added to it."""
        file = self.files.get(display.file.path)
        if file is None or display.file.path not in self.changed:
            return display
        unchanged = self.unchanged(display)
        first, last = self._old(display.file.path).get(display.line, (0, -1))
        lines = range(first, last + 1)
        grown = {
            a for a in self._growing[display.file.path] if not {*lines}.isdisjoint(range(a[0], a[2] + 1))
        }
        anchors = grown if unchanged is None else {unchanged}
        kinds = enumerate(file.tree.kind)
        same = [
            file.nodes[at] for at, kind in kinds if kind == display.kind and file.tree.span(at) in anchors
        ]
        return same[0] if len(same) == 1 else None

    def standing(self, edit: Edit) -> Node | None:
        """The expression that an edit changes, as it was read."""
        file = self.files.get(edit.path)
        kinds = enumerate(file.tree.kind) if file is not None else ()
        nodes = (file.nodes[at] for at, kind in kinds if kind in _DISPLAYS)  # type: ignore[union-attr]
        return next((node for node in nodes if node.span == edit.anchor), None)

    def literal(self, edit: Edit) -> Node | None:
        """The literal that an edit replaces, as it was read."""
        file = self.files.get(edit.path)
        literals = file.of_kind("Constant") if file is not None else ()
        return next((node for node in literals if node.span == edit.anchor), None)

    def _same(self, node: Node, first: int, last: int) -> Span | None:
        """The span of the only expression between two lines that said the same before."""
        file = self.files.get(node.file.path)
        if file is None:
            return None
        starting = self._started(file, node.kind)
        nodes = [n for line in range(first, last + 1) for n in starting.get(line, ())]
        found = [n.span for n in nodes if n.source == node.source]
        return found[0] if len(found) == 1 else None

    def _started(self, file: FileFacts, kind: str) -> dict[int, list[Node]]:
        """The nodes of a kind by the line that they begin in."""
        known = self._starting.get((file.path, kind))
        if known is None:
            known = self._starting[file.path, kind] = defaultdict(list)
            for at, one in enumerate(file.tree.kind):
                if one == kind:
                    known[file.nodes[at].line].append(file.nodes[at])
        return known

    def _at(self, part: Node) -> list[Edit]:
        """The edits behind a node of the edited program."""
        path = part.file.path
        if path not in self.changed:
            return []
        first, last = self._old(path).get(part.line, (0, -1))
        by_line = self._lined(path)
        anchors = dict.fromkeys(a for line in range(first, last + 1) for a in by_line.get(line, ()))
        return [edit for anchor in anchors for edit in self._anchored[path][anchor]]

    def _lined(self, path: str) -> dict[int, list[Span]]:
        """What edits change in a file, by each of its lines."""
        known = self._by_line.get(path)
        if known is None:
            known = self._by_line[path] = defaultdict(list)
            anchored = self._anchored[path] = defaultdict(list)
            for edit in self.edits[path]:
                anchored[edit.anchor].append(edit)
            for anchor in anchored:
                for line in range(anchor[0], anchor[2] + 1):
                    known[line].append(anchor)
        return known

    def _texts(self, path: str) -> tuple[list[bytes], list[bytes]]:
        """The lines of a file before and after."""
        known = self._split.get(path)
        if known is None:
            before = spoken(path, self.content(path) or b"").splitlines()
            known = self._split[path] = before, spoken(path, self.changed[path]).splitlines()
        return known

    def _old(self, path: str) -> dict[int, tuple[int, int]]:
        """By line of the new text the lines of the old one."""
        known = self._lines.get(path)
        if known is None:
            old, new = self._texts(path)
            known = self._lines[path] = {}
            if self._line_by_line(path, old, new):
                known.update((at, (at, at)) for at in range(1, len(new) + 1))
                return known
            matcher = SequenceMatcher(None, old, new, autojunk=len(new) > MANY_LINES)
            for _, a, b, c, d in matcher.get_opcodes():
                same = b - a == d - c
                for at in range(c, d):
                    known[at + 1] = (a + at - c + 1, a + at - c + 1) if same else (a + (a < b), max(b, a + 1))
        return known

    def _line_by_line(self, path: str, old: list[bytes], new: list[bytes]) -> bool:
        """Whether each line stands for the one of its number: only those that edits are about differ."""
        touched = {line for anchor in self.touched[path] for line in range(anchor[0] - 1, anchor[2])}
        differ = (at for at, (one, two) in enumerate(zip(old, new, strict=False)) if one != two)
        return len(old) == len(new) and touched.issuperset(differ)


def _adds(operation: Operation, part: Node) -> bool:
    """Whether an edit adds a literal."""
    added = (getattr(operation, name, None) for name in ("source", "key", "value"))
    return any(isinstance(text, str) and str(part.value) in text for text in added)


def _offered_by(edit: Edit) -> list[str]:
    """The ids that an edit lets somebody choose."""
    if isinstance(edit.operation, AddElement):
        return _names_in(edit.operation) if edit.rule == CHOICES else _chosen(edit.operation)
    if isinstance(edit.operation, AddEntry) and edit.rule == CHOICES:
        return [edit.operation.key.strip("'\"")]
    return []


def _names_in(operation: AddElement) -> list[str]:
    """The texts that an edit adds."""
    return [part.strip().strip("'\"") for part in operation.source.split(",")]


def _chosen(operation: AddElement) -> list[str]:
    """The id of a record that joins a list, as lists do that somebody chooses from: its first word."""
    with suppress(ValueError, SyntaxError):
        record = parse(operation.source, mode="eval").body
        keys = {key for one in walk(record) if isinstance(one, Dict) for key in one.keys}
        texts = (one.value for one in walk(record) if isinstance(one, Constant) and one not in keys)
        if not isinstance(record, Constant):
            return [text for text in texts if isinstance(text, str) and " " not in text][:1]
    return []


def _is_label(operation: ReplaceText) -> bool:
    """Whether it is a display name that is replaced, beside an id."""
    return " " in operation.old or operation.old != operation.old.lower()
