"""What each id of a catalogue accepts, as far as the stand-in judges it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from migrator.evidence.evidence_rules import evidence_rules

if TYPE_CHECKING:
    from collections.abc import Iterable

    from migrator.rulebook.catalog_rules import Catalog
    from migrator.rulebook.catalog_rules import Model as Known


class Model(NamedTuple):
    """What one id accepts.

    Attributes:
        window: input and requested output together must fit; 0: not known.
        max_input, max_output: bounds of their own; 0: none is known.
        efforts: values of the reasoning effort (none: the model does not reason and refuses the parameter).
        effort: the effort of a request that names none.
        sampling: temperature, top_p, penalties and logprobs are accepted always, never, or at effort "none".
        tools_at_none: function tools on Chat Completions need the effort "none".
        chat: it answers on Chat Completions.
        special: it is no text model, or not known: everything is accepted.
    """

    id: str
    window: int = 0
    max_input: int = 0
    max_output: int = 0
    efforts: tuple[str, ...] = ()
    effort: str = "none"
    tools_at_none: bool = False
    caches_a_day: bool = False
    pictures: Literal["any", "light", "none"] = "any"
    chat: bool = True
    special: bool = False

    @property
    def reasons(self) -> bool:
        return bool(self.efforts)

    @property
    def sampling(self) -> Literal["always", "never", "at none"]:
        if not self.reasons:
            return "always"
        return "at none" if "none" in self.efforts else "never"

    @property
    def input_limit(self) -> int:
        return self.max_input or self.window


def served(catalog: Catalog) -> dict[str, Model]:
    """Every id of a catalogue; a target without efforts of its own has the flagship's: one API contract."""
    known = {model.id: model for model in catalog.models}
    flagship = known.get(catalog.variants["flagship"].id) if "flagship" in catalog.variants else None
    targets = {variant.id for variant in catalog.variants.values()}
    return {
        name: _model(model, flagship if name in targets and not model.efforts else None)
        for name, model in known.items()
        if not model.invalid
    }


def _model(known: Known, like: Known | None) -> Model:
    rules, efforts = evidence_rules().standin, like or known
    return Model(
        known.id,
        known.context_window or 0,
        known.max_input or 0,
        known.max_output or 0,
        efforts.efforts,
        efforts.default_effort or "none",
        _is_among(known.id, rules.tools_at_none),
        _is_among(known.id, rules.caches_a_day),
        "any" if known.takes_pictures(fine=True) else "light" if known.takes_pictures() else "none",
        not known.endpoints or "chat" in known.endpoints,
        known.kind != "text",
    )


def _is_among(name: str, ids: Iterable[str]) -> bool:
    """Whether it is one of some ids, or a snapshot of one."""
    return any(name == one or name.startswith(f"{one}-20") for one in ids)
