"""Records in collections: enumerations, registries, catalogues, and what states a price."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from migrator.decide.roles.literal_forms import abbreviates, id_like
from migrator.decide.roles.verdicts import (
    last_target,
)
from migrator.decide.tables.row_figures import Figures
from migrator.read.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.linked import Linked
    from migrator.decide.roles.turns import Turns
    from migrator.read.nodes import FileFacts, Node


MANY_MODELS = 4
"""So many models of one vendor make a list of records a catalogue, from which some are taken."""


def _record_keys(file: FileFacts) -> Iterator[Node]:
    """What records say of themselves in the keys that they are kept by: `e.id` in `{e.id: e for e in …}`."""
    for said in file.of_kind("Attribute", "Subscript"):
        above = said.parent
        key = above if above is not None and above.kind == "Tuple" else said
        if key.field in _KEYS and said.first.kind == "Name":
            record = _kept_by(key)
            if record is not None and record.kind == "Name" and record.value == said.first.value:
                yield said


def _kept_by(key: Node) -> Node | None:
    """What is kept by a key: in a comprehension of a dict, or by an assignment."""
    above = key.parent
    if above is None or above.kind == "DictComp":
        return above.child("value") if above is not None else None
    statement = above.parent if above.kind == "SubscriptStore" else None
    return statement.child("value") if statement is not None and statement.kind == "Assign" else None


def made_of_call(call: Node) -> Node:
    """The call at the start of a chain: `Model(…)` in `Model(…).to_dict()`."""
    inner = (call.child("func") or call).child("value")
    return made_of_call(inner) if inner is not None and inner.kind == "Call" else call


_KEYS = ("key", "slice")


class CollectedRecords:
    """Says of what stands in a collection what the collection makes of it."""

    def __init__(self, linked: Linked, turns: Turns) -> None:
        self.linked = linked
        self.names = linked.names
        self.turns = turns

    def is_id(self, node: Node) -> bool:
        return node.kind == "Constant" and id_like(node.value, self.linked.rulebook.vendors)

    def keyed_by_ids(self, mapping: Node) -> bool:
        return any(self.is_id(k) and self._has_id(k) for k in mapping.all("keys"))

    def _has_id(self, node: Node) -> bool:
        return isinstance(node.value, str) and self.linked.holds_id(node.value)

    def registry_of(self, node: Node) -> Node | None:
        """The table keyed by ids in whose value a display or call stands."""
        for above in node.ancestors():
            if above.kind == "Dict" and self.keyed_by_ids(above):
                return above
            if above.is_statement:
                return None
        return None

    def pairs_of(self, node: Node) -> Node | None:
        """The collection of pairs, each kept by an id, in one of which a display stands behind the id."""
        pair = node.parent
        rows = pair.parent if pair is not None and pair.kind in ("Tuple", "List") else None
        if pair is None or rows is None or rows.kind not in ("Tuple", "List", "Set"):
            return None
        firsts = [next(iter(one.all("elts")), one) for one in rows.all("elts")]
        return rows if node not in firsts and all(map(self.is_id, firsts)) else None

    def is_enum(self, cls: Node) -> bool:
        """Whether a class is an enumeration, itself or through a base."""
        return any(
            self.names("enumeration", base.rpartition(".")[2])
            if isinstance(base, str)
            else self.names.any("enumeration", map(last_name, base.all("bases")))
            for base in self.linked.values.mro(cls)
        )

    def is_called(self, node: Node, call: Node) -> bool:
        """Whether an id's record is one of a collection whose records are only called in turn."""
        return call.parent is not None and call.field == "elts" and self.turns.calls(node, call.parent)

    def is_stored(self, cls: Node) -> bool:
        """Whether rows of a database may hold an enumeration's values."""
        return any(
            self.names("stored-choices", base.rpartition(".")[2])
            if isinstance(base, str)
            else self.names.any("stored-choices", map(last_name, base.all("bases")))
            for base in self.linked.values.mro(cls)
        )

    def is_record(self, call: Node) -> bool:
        """Whether a call is one of several in a collection that make plain records (a dataclass, say)."""
        classes = [v.node for v in self.linked.values.of(call.child("func")) if v.kind == "class"]
        plain = any(
            any(n.kind == "AnnAssign" for n in cls.all("body"))
            and not cls.file.bindings.get((cls.index, "__init__"))
            for cls in classes
        )
        return plain and self.is_registry_entry(call)

    def is_registry_entry(self, call: Node) -> bool:
        """Whether a call is one of several in a collection (`[Model(name=…), …]`) or a table's value."""
        if self.registry_of(call) is not None:
            return True
        element = call
        while element.field == "value" and element.parent is not None and element.parent.field == "func":
            element = element.parent.parent or call
        holder = element.parent
        if holder is None or holder.kind not in ("List", "Tuple", "Set"):
            return self._is_named_record(call)
        maker = last_name(call.child("func"))
        return (
            sum(
                last_name(made_of_call(n).child("func")) == maker
                for n in holder.all("elts")
                if n.kind == "Call"
            )
            > 1
        )

    def is_catalogued(self, string: Node, call: Node) -> bool:
        """Whether like calls in a collection are given many models of one vendor, each in the same place."""
        holder, given = call.parent, string.parent
        if holder is None or holder.kind not in ("List", "Tuple", "Set") or given is None:
            return False
        made = [o for o in holder.all("elts") if o.kind == "Call" and o.first.source == call.first.source]
        if given.kind == "keyword":
            values = [one.keyword(str(given.value)) for one in made]
        elif string in call.all("args"):
            at = call.all("args").index(string)
            values = [next(iter(one.all("args")[at : at + 1]), None) for one in made]
        else:
            return False
        named = {one.value for one in values if one is not None and self.is_id(one)}
        return sum(map(self.linked.is_of_vendor, map(str, named))) >= MANY_MODELS

    def is_keyed(self, string: Node, call: Node) -> bool:
        """Whether records handed on are kept by the id that each of them is given: `{e.id: e for e in …}`."""
        return call.field in ("elts", "args") and string in self._keys_of_records

    @cached_property
    def _keys_of_records(self) -> frozenset[Node]:
        """The literals by which the program keeps records that have them."""
        keys = (key for file in self.linked.project.files.values() for key in _record_keys(file))
        return frozenset(one for key in keys for one in self.linked.literals(key))

    def states_price(self, string: Node) -> bool:
        """Whether the call or record that a literal is given to states what the literal's model costs."""
        above = next((o for o in string.ancestors() if o.kind in ("Call", "Dict") or o.is_statement), string)
        figures = Figures(self.linked, self.linked.rulebook.tables)
        if not above.is_statement and figures.states_prices(above):
            return True
        found = figures.numbers(above) if not above.is_statement else ()
        numbers = [n for n in found if "price" in figures.kinds(n.path, "") or figures.side(n.path, "")]
        models = self.linked.rulebook.catalog.models
        named = [m for _, name in self.linked.ids(str(string.value)) for m in models if m.id == name]
        return any(one.unit for m in named for number in numbers for one in figures.meanings(number, m, ""))

    def _is_named_record(self, call: Node) -> bool:
        """Whether records are kept under names made of their ids: `GPT_4O = Info(name="gpt-4o", …)`."""
        statement, callee = call.parent, last_name(call.child("func"))
        if statement is None or statement.kind != "Assign":
            return False
        kept = statement.scope.kind == "ClassDef" or self.names("record-type", callee)
        made = [one for one in statement.scope.all("body") if kept and one.kind == "Assign"]
        same = [one for one in made if last_name((one.child("value") or one).child("func")) == callee]
        texts = [n.value for n in call.descendants() if n.kind == "Constant" and isinstance(n.value, str)]
        name = last_target(statement.child("targets") or statement)
        return len(same) > 1 and any(
            id_like(text, self.linked.rulebook.vendors) and abbreviates(name, text) for text in texts
        )
