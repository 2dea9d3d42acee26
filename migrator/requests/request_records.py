"""Requests: one record for each way in which a call can be made."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from migrator.rulebook.vendor_rules import OTHERS

if TYPE_CHECKING:
    from migrator.know.values import Entry, Frame, Value, Values
    from migrator.read.nodes import Node
    from migrator.rulebook.api_rules import Call


class Given(NamedTuple):
    """A parameter of a request: its name as it is sent, what it may be, where it is written.

    `is_asked_for`: it is given only where a test lets it, which can't be decided here and asks by its name
    whether the model takes it. `is_raw`: it goes into the request under this name, whatever the call takes.
    `declared`: what it may be besides, where callers outside give what a type lets them.
    """

    name: str
    values: Values
    entry: Entry
    is_asked_for: bool = False
    is_raw: bool = False
    declared: Values = frozenset()


class Request(NamedTuple):
    """One way in which a call can be made.

    Attributes:
        call: the call, or the one that a function of the API is handed to.
        frame: the activation of the code around it.
        rule: the API's rule.
        models: what its model may be.
        parameters: everything else that it is given, by name; one that comes from two places is there twice.
        open: what may hold parameters that are not known.
        picture: what shows that a picture is sent.
        fine: what asks, or may ask, to read a picture at full fidelity.
        vendor: openai, azure, gateway, other or local, by its endpoint; none if that is not known.
        naming: what gives its model.
        is_anybodys: whether its address is not known, or may be another vendor's.
        is_others_too: whether one of its addresses is known to be another's than the publisher's.
    """

    call: Node
    frame: Frame | None
    rule: Call
    models: Values
    parameters: tuple[Given, ...]
    open: tuple[Value, ...]
    picture: Value | None = None
    fine: Value | None = None
    vendor: str = ""

    @property
    def is_elsewhere(self) -> bool:
        """Whether it goes to another vendor's endpoint, where a name is that vendor's, whatever it says."""
        return self.vendor in OTHERS

    @property
    def is_too_much(self) -> bool:
        """Whether its models are too many to find, all of them."""
        return bool(self.models) and all(value.is_cut for value in self.models)

    naming: tuple[Entry, ...] = ()
    is_anybodys: bool = False
    is_others_too: bool = False

    @property
    def is_guessed(self) -> bool:
        """Whether it is a dict of which nobody knows where it goes, nor what its model is: too many ways."""
        return self.call.kind == "Dict" and self.is_too_much

    @property
    def unknown_model(self) -> Value | None:
        """A model that may be one of the program's own ids, and nobody knows."""
        unknown = next((v for v in self.models if may_be_any(v) or v.data == "caller outside"), None)
        nothing = [v for v in self.models if v.kind == "constant" and v.constant is None]
        is_only = len(nothing) == len(self.models) > 0 and self.rule.kind == "call"
        if unknown is None and not self.models:
            return next((value for value in self.open if value.data in MAY_HOLD_MORE), None)
        if unknown is None and self.naming and all(one.holder is not self.call for one in self.naming):
            unknown = next(filter(self._may_name_another, self.open), None)
        return nothing[0] if unknown is None and is_only else unknown

    def _may_name_another(self, spread: Value) -> bool:
        """Whether what is spread was stored, or what names the model is changed in a way nobody knows."""
        is_changed = spread.data == "computed" and any(one.holder == spread.node for one in self.naming)
        return is_changed or spread.data == "library result"


MAY_HOLD_MORE = ("computed", "library result", "not read", "too many")
"""Why what is spread into a call is not known, where the program itself may have put any parameter there."""


def may_be_any(model: Value) -> bool:
    """Whether a model may be one of the program's own ids, and nobody knows."""
    return model.kind == "open" or model.is_result


def is_put_together(model: Value) -> bool:
    """Whether a model that is not known is a text of several parts, of which an id may be one."""
    return model.kind == "open" and model.node.kind in ("JoinedStr", "BinOp")
