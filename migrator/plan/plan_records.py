"""What a plan says: the records behind plan.json, and their JSON Schema.

Shares and margins are fractions of 1, money is USD, durations are hours unless the name says otherwise.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Literal

import msgspec

from migrator.inventory.prompt_records import Message, PromptVariable
from migrator.inventory.record_base import Record

ArmName = Literal["control", "treatment", "challenger"]
GraderId = Literal[
    "tool-call", "exact", "fields", "set", "numeric", "regex", "similarity", "python", "tests", "judge",
    "preference", "schema", "json",
]  # fmt: skip
JUDGES = ("judge", "preference")
NEED_EXPECTED = ("exact", "fields", "set", "numeric", "tool-call", "tests", "similarity")


class Arm(Record, frozen=True):
    """One side of a comparison: the model, its request parameters, and how they differ from the code's."""

    name: ArmName
    model: str
    request: dict[str, Any] = {}
    changes: tuple[str, ...] = ()
    variant: str = ""


class Grader(Record, frozen=True):
    """How answers are scored. The `primary` one decides; the others must not get worse either."""

    id: GraderId
    title: str
    scale: Literal["pass", "score"]
    margin: float
    spread: float
    primary: bool = False
    hint: str = ""
    labels: tuple[str, ...] = ()
    schema: str = ""
    rubric: str = ""
    judge_model: str = ""
    test_command: tuple[str, ...] = ()
    tolerance: float = 0.0
    pattern: str = ""
    function: str = ""
    control_at_least: float = 0.0
    source: str = ""


class Guard(Record, frozen=True):
    """A check of every answer of both arms."""

    id: str
    title: str
    most_more: float
    pattern: str = ""
    low: float = 0.0
    high: float = 0.0


class Limits(Record, frozen=True):
    """What the treatment may cost and how slow it may be, as ratios to the control; both are tested.

    Attributes:
        cost_ratio: of the mean costs. latency_ratio: of the median pair's durations.
        p95_ratio: of the 95 % quantiles of durations; a guardrail: it need not be shown to hold, but must
            not be shown to be broken.
        failed: share of requests of an arm that may fail before the experiment is void.
        served: names under which an endpoint may serve a model besides the model's own.
    """

    cost_ratio: float = 1.5
    latency_ratio: float = 1.5
    p95_ratio: float = 1.5
    failed: float = 0.05
    served: dict[str, tuple[str, ...]] = {}


class Detectable(Record, frozen=True):
    """What a number of pairs can exclude."""

    pairs: int
    drop: float


class Size(Record, frozen=True):
    """How many pairs at most, and why: `alpha_planned` is `alpha` after the correction for experiments.

    `pairs_usual`: after how many it is decided on average. `minimum`: before so many nothing is said.
    """

    pairs: int
    pairs_alone: int
    pairs_usual: int
    alpha: float
    alpha_planned: float
    power: float
    margin: float
    spread: float
    formula: str
    condition: str
    minimum: int
    detectable: tuple[Detectable, ...]
    filled: int
    sentence: str


class ArmCost(Record, frozen=True):
    """One arm: tokens and USD of one request, USD of the experiment; none where no price is known."""

    arm: str
    model: str
    tokens_in: int
    tokens_out: int
    usd_each: float | None
    usd: float | None
    latency_seconds: float


class Estimate(Record, frozen=True):
    """What an experiment costs before anyone spends."""

    arms: tuple[ArmCost, ...]
    tokens: int
    usd: float | None
    hours: float
    basis: str


class Place(Record, frozen=True):
    """A call site of an experiment."""

    site: str
    path: str
    line: int
    scope: str = ""


class Run(Record, frozen=True):
    """How `ab run` sends requests; `budget_usd` is never exceeded.

    `answer_limit` caps the output, in tokens, of requests that have no cap of their own; no cap is above the
    model's `most_output`. `usd_per_million`: in, out and, where it is known, cached in.
    """

    budget_usd: float | None
    concurrency: int
    requests_per_minute: int | None
    retries: int
    timeout_seconds: float
    seed: int
    answer_limit: int
    usd_per_million: dict[str, tuple[float, ...]] = {}
    most_output: dict[str, int] = {}


class Experiment(Record, frozen=True):
    """One comparison."""

    name: str
    title: str
    hypothesis: str
    use: str
    risk: str
    rank: int
    places: tuple[Place, ...]
    endpoint: Literal["chat", "responses"]
    messages: tuple[Message, ...]
    variables: tuple[PromptVariable, ...]
    streams: bool
    arms: tuple[Arm, ...]
    graders: tuple[Grader, ...]
    guardrails: tuple[Guard, ...]
    limits: Limits
    slices: tuple[str, ...]
    size: Size
    estimate: Estimate
    run: Run
    metrics: tuple[str, ...]
    stop_rules: tuple[str, ...]
    fill: tuple[str, ...]
    notes: tuple[str, ...] = ()
    compliance: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    content: str = ""

    @property
    def ready(self) -> bool:
        """Whether filling its dataset is all that is left to do."""
        return not self.lacks

    @property
    def primary(self) -> Grader:
        """The grader that decides."""
        return next(grader for grader in self.graders if grader.primary)

    def arm(self, name: str) -> Arm | None:
        """The arm of that name."""
        return next((arm for arm in self.arms if arm.name == name), None)


class Step(Record, frozen=True):
    """A traffic step."""

    share: float
    days: int


class Phase(Record, frozen=True):
    """A step of the rollout, with its own patch."""

    number: int
    title: str
    rank: int
    experiments: tuple[str, ...]
    places: tuple[str, ...]
    steps: tuple[Step, ...]
    entry: tuple[str, ...]
    exit: tuple[str, ...]
    patch: str = ""
    files: tuple[str, ...] = ()
    unproved: tuple[str, ...] = ()
    snippet: str = ""
    watched: tuple[str, ...] = ()


class Trouble(Record, frozen=True):
    """When a phase goes back, and how far."""

    when: str
    then: str


class TrackItem(Record, frozen=True):
    """One reference that needs a person."""

    path: str
    line: int
    model: str
    reason: str
    detail: str = ""


class Track(Record, frozen=True):
    """What is done apart from the phases."""

    id: str
    title: str
    steps: tuple[str, ...]
    items: tuple[TrackItem, ...]


class Target(Record, frozen=True):
    """A target model for the briefing."""

    variant: str
    model: str
    context_window: int | None
    max_output: int | None
    usd_in: float | None
    usd_out: float | None
    requests_per_minute: int | None
    latency_seconds: float | None
    modalities: tuple[str, ...]
    streaming: str
    takes: str
    output_length: str
    defaults: dict[str, str]
    published: bool


class Change(Record, frozen=True):
    """A request parameter that changes."""

    name: str
    what: str
    places: int
    example: tuple[str, ...] = ()


class Totals(Record, frozen=True):
    """The whole plan before anyone spends."""

    experiments: int
    unready: int
    pairs: int
    tokens: int
    usd: float | None
    hours: float
    unpriced: tuple[str, ...]


class Plan(Record, omit_defaults=False, frozen=True):
    """plan.json."""

    catalog: str
    catalog_title: str
    experiments: tuple[Experiment, ...]
    uncovered: tuple[TrackItem, ...]
    covered: dict[str, str]
    phases: tuple[Phase, ...]
    triggers: tuple[Trouble, ...]
    telemetry: tuple[str, ...]
    tracks: tuple[Track, ...]
    targets: tuple[Target, ...]
    parameters: tuple[Change, ...]
    totals: Totals
    correction: str
    safeguards: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    generated: str = ""
    schema_version: int = 2


@cache
def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of `Plan`, generated from the records."""
    return msgspec.json.schema(Plan)
