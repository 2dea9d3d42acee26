"""Where an id stands in a table: the display, `Literal`, enum or list of records that has it as a row."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from migrator.decide.roles.literal_forms import id_like
from migrator.read.kinds import COLLECTIONS
from migrator.read.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from migrator.decide.linked import Linked
    from migrator.decide.records import Judged
    from migrator.decide.roles.displays import Displays
    from migrator.read.nodes import Node


class Row(NamedTuple):
    """A row of a table: the id it is for, the nodes that state it (key and value, or one record)."""

    model: str
    nodes: tuple[Node, ...]


class Entry(NamedTuple):
    """A row of a table: its index among the table's elements, its id and the text it stands in, its nodes."""

    at: int
    model: str
    text: str
    nodes: tuple[Node, ...]

    @property
    def prefix(self) -> str:
        return self.text.partition(self.model)[0]


class Container(NamedTuple):
    """A table: `node` is the display (or `Literal[…]`, or class), `anchor` what an edit is anchored on."""

    node: Node
    anchor: Node
    shape: str


class Containers:
    """Finds tables and their rows."""

    def __init__(self, linked: Linked, displays: Displays) -> None:
        self.linked = linked
        self.displays = displays

    def of(self, string: Node) -> Container | None:
        """The table in which a string is (part of) a row."""
        node = string
        while node.parent is not None and not node.is_statement:
            parent = node.parent
            if parent.kind == "Dict" and (node.field == "keys" or self._keyed(parent)):
                return Container(parent, parent, "dict")
            if parent.kind == "Tuple" and (member := self._labelled(parent, node)) is not None:
                return member
            if parent.kind in COLLECTIONS and (found := self._collection(parent, node)) is not None:
                return found
            if parent.kind == "Subscript" and last_name(parent.child("value")) == "Literal":
                return Container(parent, parent, "literal")
            if parent.kind in ("Assign", "AnnAssign") and parent.scope.kind == "ClassDef":
                return self._enum(parent.scope)
            if parent.kind == "Expr" and self.displays.records.states_price(string):
                return self._statements(parent)
            if parent.kind not in ("keyword", "Call", "Dict", *COLLECTIONS):
                return None
            node = parent
        return None

    def _keyed(self, mapping: Node) -> bool:
        return any(
            k.kind == "Constant"
            and id_like(k.value, self.linked.rulebook.vendors)
            and self.linked.holds_id(str(k.value))
            for k in mapping.all("keys")
        )

    def _collection(self, parent: Node, node: Node) -> Container | None:
        above = parent.parent
        if above is not None and above.kind == "Subscript" and last_name(above.child("value")) == "Literal":
            return Container(above, above, "literal")
        if node.kind == "Constant":
            inside = above is not None and (above.kind in ("keyword", "Call") or parent.field == "elts")
            if self.displays.records.registry_of(parent) is not None or (inside and self._in_record(parent)):
                return None
            if self.displays.records.pairs_of(parent) is not None:
                return None
            return Container(parent, parent, parent.kind.lower())
        return Container(parent, parent, "records") if self._is_records(parent) else None

    def _in_record(self, collection: Node) -> bool:
        """Whether a collection is part of a record that has an id of its own."""
        for above in collection.ancestors():
            if above.kind in COLLECTIONS:
                return self._is_records(above)
            if above.is_statement:
                return False
        return False

    def _is_records(self, collection: Node) -> bool:
        if _is_taken_apart(collection):
            return False
        records = [n for n in collection.all("elts") if n.kind in ("Dict", "Call", "Tuple")]
        return len(records) > 1 or bool(records and len(records) == len(collection.all("elts")))

    def _labelled(self, pair: Node, node: Node) -> Container | None:
        """The enumeration of a member that is a value with its label."""
        above = pair.parent
        is_first = node == pair.all("elts")[0] and above is not None and above.kind == "Assign"
        if above is None or not is_first or above.scope.kind != "ClassDef":
            return None
        return self._enum(above.scope) if self.displays.records.is_stored(above.scope) else None

    def _statements(self, statement: Node) -> Container | None:
        """A registry that is filled statement by statement."""
        like, callee = _like(statement), last_name(statement.first.first)
        told = {self._identity(one) for it in like for one in it.among("Call", "Dict")} - {""}
        if len(told) < 2 and not self.linked.names("register-callee", callee):
            return None
        return Container(like[0], like[0], "statements")

    def _enum(self, cls: Node) -> Container | None:
        return Container(cls, cls, "enum") if self.displays.records.is_enum(cls) else None

    # -- rows --------------------------------------------------------------------------------------

    def rows(self, container: Container) -> list[Entry]:
        """The rows that are for ids of the families to migrate, in order."""
        return [row for row in self.entries(container) if self.linked.holds_id(row.text)]

    def entries(self, container: Container) -> list[Entry]:
        """Every row whose id can be read."""
        if container.shape == "dict":
            return self._pairs(container.node)
        if container.shape == "literal":
            return self._literal(container.node)
        if container.shape == "enum":
            return self._members(container.node)
        if container.shape == "statements":
            return self._registered(container.node)
        return self._elements(container.node.all("elts"))

    def _pairs(self, mapping: Node) -> list[Entry]:
        held = [n for n in mapping.children() if n.field in ("values", "spread")]
        found = []
        for at, value in enumerate(held):
            text = self.text(value.key) if value.key is not None else ""
            if value.key is not None and text:
                found.append(self._entry(at, text, (value.key, value)))
        return found

    def text(self, key: Node) -> str:
        """The text of a key: a literal, or a name that stands for one."""
        if key.kind == "Constant":
            return key.value if isinstance(key.value, str) else ""
        if key.kind in ("Name", "Attribute"):
            values = self.linked.values.of(key)
            return str(values[0].node.value) if len(values) == 1 and values[0].kind == "text" else ""
        return ""

    def _literal(self, subscript: Node) -> list[Entry]:
        inner = subscript.child("slice")
        if inner is None:
            return []
        return self._elements(inner.all("elts") if inner.kind == "Tuple" else [inner])

    def _elements(self, elements: list[Node]) -> list[Entry]:
        found = []
        for at, element in enumerate(elements):
            text = (
                self.text(element)
                if element.kind in ("Constant", "Name", "Attribute")
                else self._identity(element)
            )
            if text:
                found.append(self._entry(at, text, (element,)))
        return found

    def _identity(self, record: Node) -> str:
        """The id that a record is about."""
        if record.kind == "Dict":
            pairs = zip(record.all("keys"), record.all("values"), strict=False)
            named = {str(k.value): v for k, v in pairs if k.kind == "Constant"}
        else:
            named = {str(k.value): v for k in record.all("keywords") if (v := k.child("value")) is not None}
        given = [named[name] for name in self.linked.names.listed("row-identity") if name in named]
        given += [*record.all("args"), *record.all("elts"), *named.values()]
        for value in given:
            if value.kind == "Constant" and id_like(value.value, self.linked.rulebook.vendors):
                return str(value.value)
        return ""

    def _registered(self, first: Node) -> list[Entry]:
        """What statements of one form register, each a record of its own."""
        found = []
        for at, statement in enumerate(_like(first)):
            records = [one for one in statement.among("Call", "Dict") if self._identity(one)]
            if records:
                found.append(self._entry(at, self._identity(records[-1]), (statement,)))
        return found

    def _members(self, cls: Node) -> list[Entry]:
        found = []
        for at, statement in enumerate(cls.all("body")):
            value = statement.child("value")
            text = (
                self._member_text(value)
                if statement.kind in ("Assign", "AnnAssign") and value is not None
                else ""
            )
            if text:
                found.append(self._entry(at, text, (statement,)))
        return found

    def _member_text(self, value: Node) -> str:
        if value.kind == "Constant":
            return str(value.value) if isinstance(value.value, str) else ""
        return self._identity(value) if value.kind in ("Call", "Tuple") else ""

    def _entry(self, index: int, text: str, nodes: tuple[Node, ...]) -> Entry:
        model = next((model for _, model in self.linked.ids(text)), text.rpartition("/")[2])
        return Entry(index, model, text, nodes)

    def keyed_by_names(self, judged: Iterable[Judged]) -> list[Container]:
        """Dicts whose keys are names that stand for ids (`{Model.GPT_4O: …}`)."""
        named = _names_of_ids(judged)
        found = []
        for file in self.linked.project.files.values() if named else ():
            tree = file.tree
            keys = (i for name in named for i in file.attributes.get(name, ()) if tree.field[i] == "keys")
            above = {tree.parent[index] for index in keys}
            for mapping in map(file.node, sorted(i for i in above if tree.kind[i] == "Dict")):
                container = Container(mapping, mapping, "dict")
                if self.rows(container):
                    found.append(container)
        return found


def _names_of_ids(judged: Iterable[Judged]) -> set[str]:
    """Names of enum members (and class constants) that hold an id and stay."""
    names = set()
    for one in judged:
        statement = one.node.statement if one.node is not None else None
        if statement is not None and one.verdict.action == "extend" and statement.scope.kind == "ClassDef":
            target = statement.child("targets") or statement.child("target")
            if target is not None and target.kind == "NameStore":
                names.add(str(target.value))
    return names


def _like(statement: Node) -> list[Node]:
    """The statements of a block that call the same thing as one of them."""
    called = statement.first.first.source
    block = statement.parent.all(statement.field) if statement.parent is not None else [statement]
    return [
        s for s in block if s.kind == "Expr" and s.first.kind == "Call" and s.first.first.source == called
    ]


def _is_taken_apart(collection: Node) -> bool:
    """Whether names are given the elements: `first, second = …`."""
    above = collection.parent
    targets = above.all("targets") if above is not None and above.kind == "Assign" else []
    return any(target.kind in ("Tuple", "List") for target in targets)
