"""rules/catalogs/: one family's targets, and every id that is known."""

from __future__ import annotations

from typing import Literal

from migrator.rulebook.base import Rule
from migrator.rulebook.request_rules import ParameterRule


class Variant(Rule, frozen=True):
    """A target: the id that is written, and the request defaults that belong to it.

    `guide_id` is the family's own name for it, the same in every catalogue (it is what
    `references[].variant` says; none: the guide's); `id` is what this catalogue writes.
    """

    id: str
    guide_id: str = ""
    defaults: dict[str, str] = {}
    note: str = ""


class Family(Rule, frozen=True):
    """Ids that start with one of `starts` and with none of `excludes` belong to the family.

    Attributes:
        name: what `--from` and `sources` call it.
        starts: how its ids begin.
        excludes: how ids begin that are no part of it.
        default: whether it is migrated without being asked for.
        source: where that is known from.
    """

    name: str
    starts: tuple[str, ...]
    source: str
    excludes: tuple[str, ...] = ()
    default: bool = False


class Model(Rule, frozen=True):
    """One id's figures: tokens, USD per 1,000,000 tokens, requests per minute, seconds; each with its source.

    `kind` other than `text` has no text successor. `tier` is what the author paid for. `sources` names the
    source of single figures that do not come from `source`, each beginning with its provenance. When it ends
    the publisher names its `successor`.

    Attributes:
        id: as it stands in a request.
        source: where the figures are from.
        family: the family that it belongs to.
        snapshot_of: the model above in the file whose figures it has.
        context_window: tokens of input and output together.
        max_input: tokens of input; none: what the window leaves.
        max_output: tokens of output, reasoning included.
        usd_in: USD per 1,000,000 tokens of input.
        usd_cached: USD per 1,000,000 tokens of cached input.
        usd_out: USD per 1,000,000 tokens of output.
        long_context_from: tokens of input above which the whole request costs more.
        requests_per_minute: the default rate limit.
        latency_seconds: mean, for 512 output tokens.
        modalities: of input: `text`, `image`, `image-light` (not at full fidelity), `data`; none: not known.
        efforts: values of the reasoning effort; none: it does not reason.
        default_effort: the effort where a request names none.
        endpoints: `chat`, `responses`, `completions`, `batch`; none: not known.
        shutdown: the day on which the publisher ends it, YYYY-MM-DD.
        successor: what the publisher names in its place.
    """

    id: str
    source: str
    family: str = ""
    snapshot_of: str = ""
    kind: Literal[
        "text",
        "audio",
        "realtime",
        "transcribe",
        "tts",
        "search",
        "image",
        "codex",
        "deep-research",
        "computer-use",
        "fine-tune",
        "embedding",
        "open-weights",
    ] = "text"
    tier: Literal["", "nano", "mini", "standard", "pro"] = ""
    context_window: int | None = None
    max_input: int | None = None
    max_output: int | None = None
    usd_in: float | None = None
    usd_cached: float | None = None
    usd_out: float | None = None
    long_context_from: int | None = None
    requests_per_minute: int | None = None
    latency_seconds: float | None = None
    mmlu: float | None = None
    output_length: str = ""
    modalities: tuple[str, ...] = ()
    efforts: tuple[str, ...] = ()
    default_effort: str = ""
    endpoints: tuple[str, ...] = ()
    shutdown: str = ""
    shutdown_azure: str = ""
    successor: str = ""
    invalid: bool = False
    provenance: Literal["guide", "published", "third-party", "inferred"] = "published"
    sources: dict[str, str] = {}

    def takes_pictures(self, *, fine: bool = False) -> bool:
        """Whether it reads images, at full fidelity where that is asked for; unless figures say no."""
        kinds = ("image",) if fine else ("image", "image-light")
        return not self.modalities or not set(kinds).isdisjoint(self.modalities)


class SpecialPattern(Rule, frozen=True):
    """A piece of an id that marks it as having no text successor (`part`), or a fine-tune (`prefix`)."""

    kind: str
    reason: str
    source: str
    part: str = ""
    prefix: str = ""


class Contradiction(Rule, frozen=True):
    """Two statements of a catalogue's source that cannot both hold; neither decides alone."""

    id: str
    first: str
    second: str
    source: str


class Ending(Rule, frozen=True):
    """An endpoint (`Call.served_at`) that is shut down, whatever model it is asked for."""

    name: str
    served_at: Literal["chat", "responses", "completions", "assistants"]
    shutdown: str
    source: str
    successor: str = ""


class Catalog(Rule, frozen=True):
    """One family's targets and every known source id.

    Attributes:
        name: what `--catalog` and reports call it.
        title: one line for people.
        provenance: whose figures these are: `guide`, `published`, or a word of yours.
        source: where they are known from.
        variants: what is written for each of `flagship`, `instant` and `mini`.
        parameters: the catalogue whose parameter rules hold for these models, too; none: the guide's, which
            take it that every model reasons.
        parameter: parameter rules of these models alone; one with the id of an inherited rule takes its
            place.
        families: old families; those with `default` are migrated.
        models: figures of targets and of old ids.
        specials: what marks an id as having no text successor.
        contradictions: statements of the source that cannot both hold.
        endings: endpoints that are shut down.
        published_ids: every id that the publisher lists; reports say which targets are not among them.
        includes: files beside this one (or in rules/catalogs) with further families, models and specials;
            `models.toml` has the old models with their figures and dates.
        note: what people should know, in a sentence or two.
    """

    name: str
    title: str
    provenance: str
    source: str
    variants: dict[str, Variant]
    families: tuple[Family, ...] = ()
    models: tuple[Model, ...] = ()
    specials: tuple[SpecialPattern, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    endings: tuple[Ending, ...] = ()
    published_ids: tuple[str, ...] = ()
    includes: tuple[str, ...] = ()
    note: str = ""
    parameters: str = ""
    parameter: tuple[ParameterRule, ...] = ()
