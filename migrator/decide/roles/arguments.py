"""Ids handed to a call: by what the callee's name says, by the rule that matched, by the parameter's name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.decide.roles.literal_forms import abbreviates
from migrator.decide.roles.registrations import REGISTERED, decorating, registered, registering, takes_many
from migrator.decide.roles.verdicts import (
    ALIAS,
    COMPARISON,
    DEPLOYMENT,
    EXPECTED,
    EXTEND_KEY,
    FOREIGN,
    METADATA,
    OLD_ROW,
    PROSE,
    REWRITE_CALL,
    REWRITE_DEFAULT,
    TOKENIZER,
    Position,
    Verdict,
)
from migrator.read.scopes import dotted, last_name, parameters
from migrator.rulebook.vendor_rules import TAKES_IDS

if TYPE_CHECKING:
    from migrator.decide.linked import Linked
    from migrator.decide.receivers import Receiver
    from migrator.decide.roles.destinations import Destinations
    from migrator.decide.roles.displays import Displays
    from migrator.decide.roles.literal_forms import Shape
    from migrator.inventory import Action, Role
    from migrator.read.nodes import Node

_STRING_TESTS = (
    "startswith", "endswith", "match", "fullmatch", "search", "compile", "findall", "finditer", "replace",
    "removeprefix", "removesuffix", "count", "find", "index", "fnmatch", "sub", "split", "partition",
)  # fmt: skip
_ANY_POSITION = ("match", "search", "fullmatch", "replace")


class Arguments:
    """Judges arguments."""

    def __init__(self, linked: Linked, destinations: Destinations, displays: Displays) -> None:
        self.linked = linked
        self.names = linked.names
        self.flowed = destinations.judged
        self.displays = displays

    def judged(self, place: Position, call: Node, name: str) -> Verdict:
        """The verdict on an argument: `name` is its keyword, or `#0` for the first position."""
        callee = last_name(call.child("func"))
        found = self._speaking(place, call, callee, name)
        if found is not None:
            return found
        is_kept = decorating(place.node, self.linked)
        if registered(call, self.names) or registering(call, self.linked):
            return REGISTERED
        if is_kept and not takes_many(call, self.linked):
            return REGISTERED
        verdict = self._given(place, call, callee, name)
        return REGISTERED if is_kept and verdict.action == "rewrite" else verdict

    def _given(self, place: Position, call: Node, callee: str, name: str) -> Verdict:
        """The verdict on an argument by what it is given to."""
        receiver = self.linked.receivers.of(call)
        if receiver is not None:
            found = self._received(place, call, name)
            if found is not None:
                return found
        if self._is_row(place, call):
            return EXTEND_KEY
        if name.startswith("#"):
            return self._positional_argument(place, call, callee, name)
        return self._keyword_argument(place, call, callee, name)

    def _is_row(self, place: Position, call: Node) -> bool:
        """Whether an argument's call states something of the model, one of several."""
        displays, string = self.displays, place.string
        return (
            displays.records.states_price(string)
            or displays.records.is_catalogued(string, call)
            or displays.records.is_keyed(string, call)
        )

    def _speaking(self, place: Position, call: Node, callee: str, name: str) -> Verdict | None:
        """Arguments whose callee alone says what they are."""
        if callee in _STRING_TESTS and (name == "#0" or callee in _ANY_POSITION):
            return COMPARISON
        if self.names("error-callee", callee):
            return EXPECTED if place.in_test else PROSE
        if self.names("log-callee", callee) and name.startswith("#"):
            return PROSE
        if self.names("prose", name):
            return PROSE
        if self._records(call, callee) and not self.linked.ends(place.node).standard:
            return EXPECTED if place.in_test else METADATA
        if self.names("tokenizer", dotted(call.child("func")).rpartition(".")[2]):
            return TOKENIZER
        if self.names("tokenizer", name):
            return TOKENIZER
        return None

    def _records(self, call: Node, callee: str) -> bool:
        """Whether a call writes down what happened: by its name, or by the results beside the model."""
        if self.names("record-callee", callee):
            return True
        if self.linked.receivers.of(call) is not None:
            return False
        beside = {str(k.value) for k in call.all("keywords") if k.value}
        if "model" in beside and "choices" in beside and not self.names.any("request-key", beside):
            return callee[:1].isupper()
        if any(self.names("result", name) or name == "content" for name in beside):
            return callee[:1].isupper()
        return any(self.names("response-type", v.path) for v in self.linked.values.of(call.child("func")))

    def _received(self, place: Position, call: Node, name: str) -> Verdict | None:
        """An argument of a call that a rule recognised."""
        receiver = self.linked.receivers.of(call)
        assert receiver is not None
        rule = receiver.call
        position = rule.position is not None and name == f"#{rule.position}"
        if name in rule.deployment:
            return DEPLOYMENT._replace(role="call-argument")
        if not (name in rule.model or position):
            return None
        if rule.kind == "tokenizer":
            return TOKENIZER
        if rule.kind == "alias":
            return ALIAS
        role: Role = "default" if place.alternative else "call-argument"
        return Verdict(role, *self.endpoint(receiver, place.shape))

    def endpoint(self, receiver: Receiver, found: Shape) -> tuple[Action, str, str]:
        """Action, reason and detail that a call's vendor implies for an id handed to it."""
        rule, vendor = receiver.call, receiver.vendor
        if rule.kind == "fine-tune":
            return "review", "fine-tune", "the base of a training job"
        if vendor == "azure" or rule.kind == "deployment":
            return "review", "azure-deployment", "an Azure client takes a deployment's name"
        if vendor == "other" or rule.kind == "other-endpoint":
            return "review", "other-vendor-endpoint", f"sent to another vendor ({receiver.note})"
        if vendor == "local" and not found.prefix:
            return "review", "other-vendor-endpoint", "sent to a server on this machine"
        return "rewrite", "", receiver.note

    def _is_named_otherwise(self, call: Node, name: str, model: str) -> bool:
        """Whether a record that names a model has a name of its own, for what the model is used for."""
        given = call.keyword("name")
        if given is None or not isinstance(given.value, str) or name == "name" or not self.names.model(name):
            return False
        return not (abbreviates(given.value, model) or abbreviates(model, given.value))

    def _positional_argument(self, place: Position, call: Node, callee: str, name: str) -> Verdict:
        if self._is_getter(call, callee, name):
            return self._getter_default(place, call)
        if name == "#0" and callee in ("get", "pop", "__getitem__"):
            return OLD_ROW
        if self.names("option", callee):
            return self.flowed(place, REWRITE_DEFAULT)
        if callee in ("register", "add", "append") and name == "#0":
            return self.flowed(place, REWRITE_DEFAULT)
        if name == "#0" and self.displays.records.is_record(call):
            called = self.displays.records.is_called(place.node, call)
            return REWRITE_DEFAULT if called else EXTEND_KEY
        named = self._parameter_name(call, name)
        if named and self.names("tokenizer", named):
            return TOKENIZER
        if named and self.names.model(named):
            return self.flowed(place, REWRITE_CALL)
        if self.names("setter", callee):
            return self.flowed(place, REWRITE_DEFAULT)
        if named and place.in_test:
            return self.flowed(place, EXPECTED)
        if self.names("model-callee", callee) or place.shape.vendor in TAKES_IDS:
            return self.flowed(place, REWRITE_CALL)
        if place.in_test:
            return self.flowed(place, EXPECTED)
        return self.flowed(
            place, Verdict("call-argument", "review", "dynamic", f"what {callee}() does with it is not known")
        )

    def _is_getter(self, call: Node, callee: str, name: str) -> bool:
        return self.names("getter", callee) and name in ("#1", "#2")

    def _getter_default(self, place: Position, call: Node) -> Verdict:
        key = next(iter(call.all("args")), None)
        text = str(key.value) if key is not None and key.kind == "Constant" else ""
        if self.names("tokenizer", text):
            return TOKENIZER
        found = self.flowed(place, REWRITE_DEFAULT)
        return REWRITE_DEFAULT if found is TOKENIZER and self.names.model(text) else found

    def _parameter_name(self, call: Node, name: str) -> str:
        for value in self.linked.values.of(call.child("func")):
            function = value.node if value.kind == "function" else None
            if value.kind == "class":
                function = self._init(value.node)
            if function is not None:
                return self._at_position(function, name)
        func = call.child("func")
        same = self.linked.project.functions_by_name.get(last_name(func), ())
        if func is not None and func.kind == "Attribute" and len(same) == 1:
            return self._at_position(same[0], name)
        return ""

    def _at_position(self, function: Node, name: str) -> str:
        given = parameters(function)
        bound = function.scope.kind == "ClassDef" and not any(
            last_name(d) == "staticmethod" for d in function.all("decorator_list")
        )
        position = int(name[1:]) + (1 if bound else 0)
        return str(given[position].value) if position < len(given) else ""

    def _init(self, cls: Node) -> Node | None:
        for index in cls.file.bindings.get((cls.index, "__init__"), ()):
            return cls.file.node(index)
        return None

    def _keyword_argument(self, place: Position, call: Node, callee: str, name: str) -> Verdict:
        if self.names("deployment", name):
            return DEPLOYMENT._replace(role="call-argument")
        if self.names("not-model", name) and not self.names("image", name):
            return PROSE if self.names("metadata", name) else FOREIGN
        is_default = self.names.model(name) and name.lower().startswith("default")
        if is_default or self.names("default-argument", name) or self.names("option", callee):
            return self.flowed(place, REWRITE_DEFAULT)
        if self.displays.records.is_registry_entry(call):
            if not (self.names("row-identity", name) or self.names.model(name)):
                return self.flowed(place, FOREIGN)
            called = self.displays.records.is_called(place.node, call)
            is_used = called or self._is_named_otherwise(call, name, place.occurrence.model)
            return REWRITE_DEFAULT if is_used else EXTEND_KEY
        if self.names.model(name) or (name in ("id", "name") and self.names("model", callee)):
            fallback = (
                REWRITE_DEFAULT if self.names("config-callee", callee) or place.alternative else REWRITE_CALL
            )
            return self.flowed(place, fallback)
        if place.in_test:
            return self.flowed(place, EXPECTED)
        return self.flowed(place, FOREIGN)
