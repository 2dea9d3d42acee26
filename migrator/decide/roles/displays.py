"""Ids in dicts, lists, enums and registries: rows of tables, choices, request bodies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.decide.flows.flow_steps import key_of
from migrator.decide.roles.collected_records import MANY_MODELS, CollectedRecords
from migrator.decide.roles.literal_forms import abbreviates, id_like, says
from migrator.decide.roles.named_elements import follows_flag, follows_name, unpacked_name
from migrator.decide.roles.parametrized import parametrized
from migrator.decide.roles.registrations import GROUPED, PAIRED, REGISTERED, grouped, registered, registering
from migrator.decide.roles.stated_defaults import of_setting, stated, used_instead
from migrator.decide.roles.turns import Turns
from migrator.decide.roles.verdicts import (
    ALIAS,
    COMPARISON,
    DEPLOYMENT,
    EXPECTED,
    EXTEND_CHOICE,
    EXTEND_KEY,
    FOREIGN,
    LEGACY,
    METADATA,
    PROSE,
    REFUSED,
    REWRITE_CALL,
    REWRITE_DEFAULT,
    TOKENIZER,
    UNKNOWN,
    Position,
    Verdict,
    bound_name,
)
from migrator.decide.tables.row_figures import Figures
from migrator.read.scopes import FUNCTIONS, last_name

if TYPE_CHECKING:
    from migrator.decide.linked import Linked
    from migrator.decide.roles.destinations import Destinations
    from migrator.read.nodes import Node


class Displays:
    """Judges displays and their entries."""

    def __init__(self, linked: Linked, destinations: Destinations) -> None:
        self._counted: tuple[Node | None, int, int] = None, 0, 0
        self.destinations = destinations
        self.linked = linked
        self.names = linked.names
        self.turns = Turns(linked)
        self.records = CollectedRecords(linked, self.turns)

    # -- keys and entries of dicts ----------------------------------------------------------------

    def key(self, place: Position) -> Verdict:

        name = bound_name(place.node)
        if place.in_test and (name.startswith("expected") or self.names("sample", name)):
            return EXPECTED
        if self.names("legacy", name) or self.names("legacy", place.file.path):
            return LEGACY
        return EXTEND_KEY

    def entry(self, place: Position) -> Verdict:
        """A dict's value."""
        mapping = place.holder
        if place.node.field == "spread":
            return PROSE
        key = key_of(place.node)
        if any(self.names("alias-beside", str(k.value)) for k in mapping.all("keys")) and key == "model_name":
            return ALIAS
        model = place.occurrence.model
        if abbreviates(key, model) or says(key, model) or self._is_short(key, mapping):
            return EXTEND_KEY
        if self.records.keyed_by_ids(mapping) or self.records.states_price(place.string):
            return EXTEND_KEY
        is_stated = self.names.model(key) and key.lower().startswith("default")
        if is_stated or of_setting(place.node, self.names):
            return self.destinations.judged(place, REWRITE_DEFAULT)
        if self.records.registry_of(mapping) is not None:
            return EXTEND_KEY if self.names.model(key) or self.names("option-key", key) else FOREIGN
        if self.is_option(mapping):
            return EXTEND_CHOICE
        if self._all_ids(mapping):
            return self.destinations.judged(place, REWRITE_DEFAULT)
        if self.names("metadata", key):
            return PROSE
        if self.names("prose", key):
            return self.destinations.judged(place, PROSE)
        return self._body(place, mapping, key)

    def _is_short(self, key: str, mapping: Node) -> bool:
        """Whether a key of one character is a short form: most keys beside it are."""
        pairs = zip(mapping.all("keys"), mapping.all("values"), strict=False) if len(key) == 1 else ()
        told = [abbreviates(str(k.value), str(v.value)) for k, v in pairs if self.records.is_id(v)]
        return len(told) >= MANY_MODELS and sum(told) * 2 > len(told)

    def _body(self, place: Position, mapping: Node, key: str) -> Verdict:
        keys = {str(k.value) for k in mapping.all("keys") if k.kind == "Constant"}
        is_answer = self.names.any("response-key", keys) and not self.names.any("request-key", keys)
        if is_answer and not _is_default(place.node):
            return EXPECTED
        if not self.names.any("request-key", keys) and any(
            self.names("result", other) for other in keys - {key}
        ):
            return EXPECTED if place.in_test else METADATA
        if self.names("deployment", key):
            return DEPLOYMENT
        if place.in_test and self._compared_with(place):
            return EXPECTED
        if self.names("tokenizer", key):
            return self.destinations.judged(place, TOKENIZER)
        if self._sent(mapping) and self.names.model(key):
            return self.destinations.judged(place, REWRITE_CALL)
        if self.names.model(key) or "model" in key.lower():
            return self.destinations.judged(place, REWRITE_DEFAULT)
        name = bound_name(place.node)
        if self.names.model(name) or "default" in name.lower():
            return self.destinations.judged(place, REWRITE_DEFAULT)
        if not place.in_test and self._is_used(place):
            return self.destinations.judged(place, REWRITE_DEFAULT)
        return self.destinations.judged(place, EXPECTED if place.in_test else self._unknown(key))

    def _all_ids(self, mapping: Node) -> bool:
        """Whether a dict gives several names a model each: `{"chat": "gpt-4o", "title": "gpt-4o-mini"}`."""
        values = mapping.all("values")
        return len(values) > 1 and all(self.records.is_id(v) for v in values)

    def _is_used(self, place: Position) -> bool:
        """Whether a schema states the model, as what an argument is where the program is not given it."""
        argument = stated(place.node, self.names)
        used = used_instead(self.linked, argument) if argument is not None else ()
        return any(place.occurrence.model in str(one.value) for one in used)

    def _unknown(self, key: str) -> Verdict:
        """An id under a key that says nothing: for a person, unless the key names something else."""
        return FOREIGN if self.names("other-name", key) else UNKNOWN

    def _compared_with(self, place: Position) -> bool:
        """Whether the dict is a named constant that assertions look into."""
        statement = place.node.statement
        target = statement.child("targets") if statement.kind == "Assign" else None
        value = statement.child("value")
        if target is None or target.kind != "NameStore" or value is None or value.kind != "Dict":
            return False
        loads = self.linked.project.loads(target)
        return any(load.statement.kind == "Assert" for load in loads)

    def _sent(self, mapping: Node) -> bool:
        """Whether a dict display is itself an argument of a call."""
        holder = mapping.parent
        while holder is not None and holder.kind == "Dict":
            holder = holder.parent
        return holder is not None and holder.kind in ("Call", "keyword")

    def is_option(self, mapping: Node) -> bool:
        """Whether a dict is one of several records that offer a choice (`{"value": …, "label": …}`)."""
        keys = {str(k.value) for k in mapping.all("keys") if k.kind == "Constant"}
        holder = mapping.parent
        if holder is None or holder.kind not in ("List", "Tuple"):
            return False
        records = [n for n in holder.all("elts") if n.kind == "Dict"]
        is_named = self.names.any("option-key", keys) or any(map(self._is_price, keys))
        if not self._is_catalogue(records) and (not is_named or self._uses_one(mapping)):
            return False
        return len(records) > 1 and not self.names.any("request-key", keys)

    def _uses_one(self, mapping: Node) -> bool:
        """Whether a record is told from others by something else than the model that it names."""
        pairs = list(zip(mapping.all("keys"), mapping.all("values"), strict=False))
        told = [v for k, v in pairs if self.names("option-id", str(k.value)) and v.kind == "Constant"]
        names = any(
            self.records.is_id(v) and (k.value == "default" or self.names.model(str(k.value)))
            for k, v in pairs
        )
        return names and bool(told) and not any(map(self.records.is_id, told))

    def _is_catalogue(self, records: list[Node]) -> bool:
        """Whether records say of more models of one vendor something than anybody uses in turn."""
        pairs = (zip(one.all("keys"), one.all("values"), strict=False) for one in records)
        named = {
            v.value
            for row in pairs
            for k, v in row
            if self.names.model(str(k.value)) and self.records.is_id(v)
        }
        return sum(map(self.linked.is_of_vendor, map(str, named))) >= MANY_MODELS

    def _is_price(self, key: str) -> bool:
        rules = self.linked.rulebook.tables
        return "price" in Figures(self.linked, rules).kinds((key,), "")

    # -- elements of collections ------------------------------------------------------------------

    def element(self, place: Position) -> Verdict:
        """An element of a list, tuple or set."""
        collection = place.holder
        holder = collection.parent
        assert holder is not None
        parameter = parametrized(self.linked.project, place.node, collection)
        if parameter is not None:
            return self._test_parameter(place, parameter)
        if place.in_test and bound_name(place.node).startswith("expected"):
            return EXPECTED
        unpacked = unpacked_name(place.node, collection, holder)
        if unpacked is not None:
            return self.destinations.named(place, unpacked, REWRITE_DEFAULT)
        if grouped(collection) or collection.field == "keys":
            return PAIRED if collection.field == "keys" else GROUPED
        found = self._held(place, collection, holder) or self._in_entry(holder)
        if found is not None:
            return found
        if follows_name(place.node, self.names):
            return self.destinations.judged(place, REWRITE_DEFAULT)
        if holder.kind == "Dict" and self.names("prose", key_of(collection)):
            return PROSE
        if follows_flag(place.node, self.names):
            return EXPECTED if place.in_test else REWRITE_CALL
        is_said = self.records.registry_of(collection) is not None and holder.kind == "Dict"
        if is_said or self.records.pairs_of(collection) is not None:
            return EXTEND_KEY
        siblings, ids = self._beside(place.node, collection)
        if ids and ids * 2 >= siblings:
            return self._choices(place, collection)
        if not siblings:
            return self._single(place, collection)
        return self._row(place, collection)

    def _is_paired(self, node: Node, collection: Node, holder: Node) -> bool:
        """Whether an id stands in one of several pairs that say something of many models of one vendor."""
        if collection.kind != "Tuple" or holder.kind not in ("List", "Tuple"):
            return False
        rows = [one.all("elts") for one in holder.all("elts") if one.kind == "Tuple"]
        at = collection.all("elts").index(node) if node in collection.all("elts") else -1
        named = {row[at].value for row in rows if 0 <= at < len(row) and self.records.is_id(row[at])}
        own = sum(map(self.linked.is_of_vendor, map(str, named)))
        known = sum(map(self.linked.holds_id, map(str, named)))
        return own >= MANY_MODELS or (known > 1 and len(named) > 2)

    def _beside(self, node: Node, collection: Node) -> tuple[int, int]:
        """How many other elements there are, and how many of them are (names for) ids."""
        if self._counted[0] != collection:
            listed = collection.all("elts")
            self._counted = collection, len(listed), sum(map(self._stands_for_id, listed))
        own = node.parent == collection and node.field == "elts"
        _, elements, ids = self._counted
        return elements - own, ids - (own and self.records.is_id(node))

    def _stands_for_id(self, node: Node) -> bool:
        if node.kind not in ("Name", "Attribute"):
            return self.records.is_id(node)
        values = self.linked.values.of(node)
        return len(values) == 1 and values[0].kind == "text" and self.records.is_id(values[0].node)

    def _held(self, place: Position, collection: Node, holder: Node) -> Verdict | None:

        if holder.kind == "Subscript" and last_name(holder.child("value")) == "Literal":
            return EXTEND_CHOICE
        if self._is_paired(place.node, collection, holder):
            return EXTEND_CHOICE
        if (
            holder.kind == "Assign"
            and holder.scope.kind == "ClassDef"
            and self.records.is_stored(holder.scope)
        ):
            return EXTEND_CHOICE
        if holder.kind == "Compare":
            return COMPARISON
        if holder.kind == "keyword" and holder.parent is not None and holder.parent.kind == "Call":
            receiver = self.linked.receivers.of(holder.parent)
            if receiver is not None and holder.value in receiver.call.lists:
                return REWRITE_CALL
        if self._names_again(collection, str(place.node.value)):
            return ALIAS
        ends = self.linked.ends(place.node)
        name = bound_name(place.node)
        called = ends.standard or ends.model_name
        if self.names("predicate", name) or (ends.predicate and not called):
            return COMPARISON
        if ends.tokenizer and not (ends.standard or ends.model_name or ends.elsewhere):
            return TOKENIZER
        return None

    def _in_entry(self, holder: Node) -> Verdict | None:
        """A list that is an argument of a registry's entry belongs to that: a model's snapshots, say."""
        call = holder.parent if holder.kind == "keyword" else holder
        if call is None or call.kind != "Call" or self.linked.receivers.of(call) is not None:
            return None
        if registered(call, self.names) or registering(call, self.linked):
            return REGISTERED
        return EXTEND_KEY if self.records.is_registry_entry(call) else None

    def _names_again(self, collection: Node, text: str) -> bool:
        """Whether a collection gives other names to the model of the record that it is a field of."""
        call = next((a for a in collection.ancestors() if a.kind == "Call" or a.is_statement), None)
        if call is None or call.is_statement:
            return False
        fields = (*call.all("args"), *(k.first for k in call.all("keywords")))
        own = next((str(one.value) for one in fields if self.records.is_id(one)), "")
        classes = [v.node for v in self.linked.values.of(call.first) if v.kind == "class"]
        is_record = any(n.kind == "AnnAssign" for cls in classes for n in cls.all("body"))
        return is_record and bool(own) and text.startswith(own)

    def _choices(self, place: Position, collection: Node) -> Verdict:
        """One of several ids in a collection."""
        near = [
            bound_name(place.node),
            *(str(a.value) for a in place.node.ancestors() if a.kind == "keyword"),
        ]
        if self._evaluates(place, near):
            return Verdict("membership", "review", "evaluates-models", "one of the models that are measured")
        if self.names("legacy", near[0]):
            return LEGACY._replace(role="membership")
        if place.in_test and collection.kind == "Tuple":
            return self._row(place, collection)
        if self.names("refused", near[0]) and not self.names("negation", near[0]):
            return REFUSED
        if self.names.any("asked-in-turn", near) or self.names("default-collection", near[0]):
            return self.destinations.judged(place, REWRITE_DEFAULT)
        return REWRITE_DEFAULT if self.turns.calls(place.node, collection) else EXTEND_CHOICE

    def _evaluates(self, place: Position, near: list[str]) -> bool:
        return any(self.names("evaluation", n) for n in [*near, place.file.path])

    def _single(self, place: Position, collection: Node) -> Verdict:
        name = bound_name(place.node)
        is_fallback = collection.parent is not None and collection.parent.kind == "BoolOp"
        is_used = is_fallback or self.names("asked-in-turn", name) or self.names("default-collection", name)
        is_used = is_used or self.turns.is_spread(place.node) or self.turns.is_run(place.node)
        is_named = self.names("collection", name) and not is_used
        if is_named or self.turns.is_asked(place.node):
            return EXTEND_CHOICE
        return self.destinations.judged(place, REWRITE_DEFAULT)

    def _row(self, place: Position, collection: Node) -> Verdict:

        if self._is_choice_row(place, collection):
            return EXTEND_CHOICE
        if place.in_test:
            return self.destinations.judged(place, EXPECTED)
        return self.destinations.named(place, bound_name(place.node), REWRITE_DEFAULT)

    def _is_choice_row(self, place: Position, row: Node) -> bool:
        """`choices=[("gpt-4o", "GPT-4o"), …]`: the id of a pair in a list of choices, beside its label."""
        rows, elements = row.parent, row.all("elts")
        is_labelled = len(elements) == 2 and elements[1] == place.node and isinstance(elements[0].value, str)
        if rows is None or rows.kind not in ("List", "Tuple"):
            return False
        if elements[0] != place.node and not is_labelled:
            return False
        above = rows.parent
        if above is not None and above.kind in ("keyword", "Call"):
            name = str(above.value) if above.kind == "keyword" else last_name(above.first)
            return self.names("choice-option", name)
        same = [
            r
            for r in rows.all("elts")
            if r.kind == row.kind
            and r.all("elts")
            and id_like(r.all("elts")[0].value, self.linked.rulebook.vendors)
        ]
        return len(same) > 1 and self.names("collection", bound_name(place.node))

    def _test_parameter(self, place: Position, parameter: Node) -> Verdict:

        uses = [u for load in self.linked.project.loads(parameter) for u in self.linked.flow.uses(load)]
        judged = self.linked._judge(tuple(uses))
        if judged.standard or judged.model_name:
            return REWRITE_DEFAULT
        if judged.tokenizer:
            return TOKENIZER
        return EXPECTED

    # -- registries -------------------------------------------------------------------------------


def _is_default(node: Node) -> bool:
    """Whether a name that something is bound to, or the function around it, says that it is a default."""
    around = (str(one.value) for one in node.ancestors() if one.kind in FUNCTIONS)
    return any("default" in name.lower() for name in (bound_name(node), *around))
