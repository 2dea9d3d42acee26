"""The models that the strict server knows, in one place: what each accepts, and which exist in which mode.

`guide` is the migration guide's catalogue (three 5.5 variants under one contract), `published` is what the
API's publisher documents (Instant and Mini are no ids; `gpt-5.4-mini` is the newest mini). Figures and
refusals follow the publisher's documentation and the API's measured answers; what the guide leaves open is
filled with `gpt-5.5`'s own rules.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Mode = Literal["guide", "published"]
Pictures = Literal["any", "light", "none"]


@dataclass(frozen=True)
class Model:
    """What one id accepts.

    Attributes:
        window: input and requested output together must fit.
        max_input, max_output: bounds of their own.
        efforts: values of the reasoning effort (none: the model does not reason and refuses the parameter).
        effort: the effort of a request that names none.
        sampling: temperature, top_p, penalties and logprobs are accepted always, never, or at effort "none".
        legacy_cap: `max_tokens` is accepted on Chat Completions.
        stops: `stop`, `logit_bias` and `prediction` are accepted.
        tools_without_reasoning: function tools on Chat Completions need the effort "none".
        wording: which error text answers an input beyond the window.
    """

    id: str
    window: int = 128_000
    max_input: int = 0
    max_output: int = 16_384
    efforts: tuple[str, ...] = ()
    effort: str = "none"
    sampling: Literal["always", "never", "at none"] = "always"
    legacy_cap: bool = True
    stops: bool = True
    tools_without_reasoning: bool = False
    pictures: Pictures = "any"
    old: bool = False
    special: bool = False
    responses: bool = True
    wording: Literal["old", "new"] = "old"

    @property
    def input_limit(self) -> int:
        return self.max_input or self.window


FULL = ("none", "low", "medium", "high", "xhigh")

GPT_4O = Model("gpt-4o", old=True)
GPT_5 = Model(
    "gpt-5",
    window=400_000,
    max_input=272_000,
    max_output=128_000,
    efforts=("minimal", "low", "medium", "high"),
    effort="medium",
    sampling="never",
    legacy_cap=False,
    stops=False,
    old=True,
    wording="new",
)
GPT_5_5 = replace(
    GPT_5,
    id="gpt-5.5",
    window=1_050_000,
    max_input=922_000,
    efforts=FULL,
    sampling="at none",
    tools_without_reasoning=True,
    old=False,
)

OLD = (
    *(replace(GPT_4O, id=i) for i in ("gpt-4o", "gpt-4o-2024-08-06", "gpt-4o-2024-11-20")),
    *(replace(GPT_4O, id=i) for i in ("gpt-4o-mini", "gpt-4o-mini-2024-07-18")),
    *(replace(GPT_5, id=i) for i in ("gpt-5", "gpt-5-mini", "gpt-5-nano", "gpt-5-2025-08-07")),
    replace(GPT_5, id="gpt-5.1", efforts=FULL[:4], effort="none", sampling="at none"),
    replace(GPT_5, id="gpt-5.2", efforts=FULL, effort="none", sampling="at none"),
)

STAYING = (
    replace(GPT_4O, id="gpt-4.1", window=1_047_576, max_output=32_768, old=False),
    replace(GPT_4O, id="gpt-4.1-mini", window=1_047_576, max_output=32_768, old=False),
    replace(GPT_4O, id="gpt-3.5-turbo", window=16_385, max_output=4_096, pictures="none", old=False),
    replace(GPT_4O, id="gpt-4-turbo", max_output=4_096, old=False),
    replace(GPT_5, id="o3", window=200_000, max_input=0, max_output=100_000, efforts=FULL[1:4], old=False),
    *(
        replace(GPT_4O, id=i, old=False, special=True)
        for i in ("gpt-4o-audio-preview", "gpt-4o-search-preview")
    ),
    replace(GPT_4O, id="ft:gpt-4o-mini-2024-07-18:acme::b7x2", old=False, special=True),
)
"""Ids that no migration to the 5.5 family touches: they answer before and after."""

GUIDE = (
    replace(GPT_5_5, window=1_000_000, max_input=0),
    replace(
        GPT_5_5,
        id="gpt-5.5-instant",
        window=512_000,
        max_input=0,
        tools_without_reasoning=False,
        pictures="light",
    ),
    replace(
        GPT_5_5,
        id="gpt-5.5-mini",
        window=128_000,
        max_input=0,
        tools_without_reasoning=False,
        pictures="none",
    ),
)

PUBLISHED = (
    GPT_5_5,
    replace(GPT_5_5, id="gpt-5.4-mini", window=400_000, max_input=272_000, effort="none"),
)

VARIANTS = {
    "guide": {"flagship": "gpt-5.5", "instant": "gpt-5.5-instant", "mini": "gpt-5.5-mini"},
    "published": {"flagship": "gpt-5.5", "instant": "gpt-5.5", "mini": "gpt-5.4-mini"},
}


def catalogue(mode: Mode, *, old: bool) -> dict[str, Model]:
    """Every id that answers in a mode; `old`: the models before the migration still do."""
    new = GUIDE if mode == "guide" else PUBLISHED
    return {model.id: model for model in (*STAYING, *new, *(OLD if old else ()))}
