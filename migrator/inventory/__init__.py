"""What is known about a codebase: the typed records between the stages, and the JSON contract.

Every record is frozen. Positions are those of the standard `ast` (`Span`) inside the tool and
line/column counted from 1 in code points in the JSON.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from migrator.inventory.edit_records import Edit, Safety
from migrator.inventory.prompt_records import Cost, Prompt
from migrator.inventory.record_base import Record
from migrator.inventory.usage_records import Measured, UsageNote

Role = Literal[
    "call-argument",
    "default",
    "tokenizer",
    "lookup-key",
    "membership",
    "comparison",
    "prose",
    "expected",
    "special",
    "foreign",
]
"""What an occurrence of a model id is in the program."""

Action = Literal["rewrite", "extend", "review", "leave"]
"""What a migration does with an occurrence."""

SAME_OUTCOME = "same outcome for "
"""How the detail of a comparison begins that says of the new id what it says of the old."""

Context = Literal["src", "example", "test", "docs", "config", "generated", "recorded"]
"""What kind of file it stands in, judged by the path below the scanned root."""


Severity = Literal["error", "warning", "note"]
"""A finding's SARIF level."""

ReviewReason = Literal[
    "azure-deployment",
    "fine-tune",
    "no-text-successor",
    "other-vendor-endpoint",
    "branch-flips",
    "evaluates-models",
    "evaluation-baseline",
    "dynamic",
    "must-move-together",
    "persisted-setting",
    "generated-file",
    "shared-kwargs",
    "capability-lost",
    "dependency-too-old",
    "table-unit-unknown",
    "conflicting-edits",
    "steers-model-choice",
    "fallback-on-purpose",
    "unproven",
    "suppressed",
]
"""Why a person must decide: the closed list."""


# -- operations on a slice of source -------------------------------------------------------------


# -- what is reported ----------------------------------------------------------------------------


class Reason(Record, frozen=True):
    """One line of a decision's ledger."""

    rule: str
    text: str
    weight: float = 0.0
    favours: str = ""
    path: str = ""
    line: int = 0


class Recommendation(Record, frozen=True):
    """The variant for a literal or a call; `variant`, `runner_up`, the keys of `scores`: the guide's ids.

    `confidence` grows with the distance to the runner-up; `band` says how often such advice was right on
    labelled calls (rules/usecases.toml), and is empty for what a person chose.
    """

    variant: str
    confidence: float
    reasons: tuple[Reason, ...]
    runner_up: str = ""
    scores: dict[str, float] = {}
    band: Literal["", "low", "medium", "high"] = ""


class Requirement(Record, frozen=True):
    """A release that a change needs (`openai>=1.45`), and the manifest that does not allow it.

    `declared` is what stands there at `line` (`==1.30`); `locked`: the manifest says what is installed.
    """

    needs: str
    declared: str
    path: str
    line: int
    locked: bool = False


class End(Record, frozen=True):
    """When a model (or an endpoint: `what` names it) is shut down, in how many days (negative: it ended).

    `successor` is what the publisher names in its place.
    """

    date: str
    days: int
    successor: str = ""
    what: str = ""


class Reference(Record, frozen=True):
    """One occurrence of a source model id, prose and comments included.

    Attributes:
        column: from 1, in code points.
        model: the longest run of id characters, without a provider prefix.
        text: the whole literal's value (the line, stripped, in a comment).
        selected: would be written now, under the settings.
        variant: the guide's id of the recommended variant (action `rewrite`).
        replacement: the literal's new value.
        reason: of the closed list (action `review`), else what the text is.
        detail: one sentence for a person.
        held: what in the settings keeps a change that is planned from being made.
        requirement: what must be raised first (reason `dependency-too-old`).
        end: when the model is shut down where it is called.
        fingerprint: survives line moves.
    """

    id: str
    path: str
    line: int
    column: int
    model: str
    text: str
    role: Role
    action: Action
    context: Context
    selected: bool
    fingerprint: str
    cell: int | msgspec.UnsetType = msgspec.UNSET
    variant: str = ""
    replacement: str = ""
    reason: str = ""
    detail: str = ""
    suppressed: bool = False
    call_sites: tuple[str, ...] = ()
    trail: tuple[str, ...] = ()
    recommendation: Recommendation | None = None
    held: str = ""
    requirement: Requirement | None = None
    end: End | None = None


class Parameter(Record, frozen=True):
    """A request parameter of a call site, and what is done with it."""

    name: str
    line: int
    value: str = ""
    action: Literal["keep", "rename", "remove", "replace", "review"] = "keep"
    new: str = ""
    rule: str = ""
    safety: Safety = "safe"
    why: str = ""


class CallSite(Record, frozen=True):
    """A call, constructor or decorator that takes a model.

    Attributes:
        api: the id of the rule that recognised it, or `inferred`.
        models: the candidate source ids that reach it.
        signals: what the code around it says about its use, as `rule-id: evidence`.
        unresolved: why some of its model values are not known.
        end: when the endpoint that is called is shut down, whatever the model.
        reached: every name that reaches it as its model, whatever family it is of.
    """

    id: str
    path: str
    line: int
    column: int
    api: str
    framework: str
    models: tuple[str, ...] = ()
    scope: str = ""
    vendor: str = ""
    signals: tuple[str, ...] = ()
    recommendation: Recommendation | None = None
    parameters: tuple[Parameter, ...] = ()
    cost: Cost | None = None
    references: tuple[str, ...] = ()
    unresolved: str = ""
    prompt: Prompt | None = None
    measured: Measured | None = None
    end: End | None = None
    reached: tuple[str, ...] = ()
    context: Context = "src"
    cell: int | msgspec.UnsetType = msgspec.UNSET


class Limit(Record, frozen=True):
    """A number that bounds input or output tokens, linked to the model it was sized for.

    `usd_before` and `usd_after`: what a request costs that fills it (the input, or for `output` the answer).
    """

    path: str
    line: int
    value: int
    kind: Literal["context-window", "input", "output", "share"]
    model: str = ""
    new: int | None = None
    action: Literal["raise", "lower", "keep", "review"] = "keep"
    why: str = ""
    usd_before: float = 0.0
    usd_after: float = 0.0


class Branch(Record, frozen=True):
    """Code whose outcome depends on a model name; only those whose outcome differs for the new id."""

    path: str
    line: int
    predicate: str
    old: str
    new: str
    before: str
    after: str
    action: Literal["extend", "review"] = "review"


class Table(Record, frozen=True):
    """A mapping or collection keyed by model ids that a new id would miss, and what a miss does."""

    path: str
    line: int
    name: str
    shape: str
    missing: tuple[str, ...] = ()
    on_miss: str = ""
    action: Literal["extend", "review", "leave"] = "extend"


class Finding(Record, frozen=True):
    """Something a person should see, with a rule id and a place."""

    rule: str
    path: str
    line: int
    message: str
    column: int = 1
    severity: Severity = "warning"
    reason: str = ""
    references: tuple[str, ...] = ()
    call_sites: tuple[str, ...] = ()
    suppressed: bool = False
    cell: int | msgspec.UnsetType = msgspec.UNSET


class Diagnostic(Record, frozen=True):
    """Why a file (or a part of the work) was not done; `code` is stable, `message` says what to do."""

    path: str
    code: str
    message: str


class NotEdited(Record, frozen=True):
    """Files of one kind (an ending, or a name) that is not edited and that name old models; some of them."""

    kind: str
    files: int
    models: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()


class Coverage(Record, frozen=True, omit_defaults=False):
    """What was looked at, in files; `unread` could not be analysed (see `diagnostics`).

    `not_looked_at` counts, by kind, what folders hold besides: links that are not followed, others' packages.
    `not_edited` are the other kinds of file that name an old model; `other_families` are ids that would be
    migrated if their family were asked for, and the number of Python files that name each.
    """

    seen: int = 0
    skipped: int = 0
    read: int = 0
    unread: int = 0
    bytes: int = 0
    not_looked_at: dict[str, int] = {}
    not_edited: tuple[NotEdited, ...] = ()
    other_families: dict[str, int] = {}


class Summary(Record, frozen=True, omit_defaults=False):
    """Counts for the head of a report; `usd_…`: one request at every call site, in the worst case."""

    references: int = 0
    rewrite: int = 0
    extend: int = 0
    review: int = 0
    leave: int = 0
    selected: int = 0
    edits: int = 0
    unsafe: int = 0
    files: int = 0
    call_sites: int = 0
    unknown: int = 0
    suppressed: int = 0
    by_variant: dict[str, int] = {}
    by_reason: dict[str, int] = {}
    usd_before: float = 0.0
    usd_after: float = 0.0


class CatalogNote(Record, frozen=True):
    """The active catalogue in a report: its targets, those the publisher does not list, when models end.

    `written` is what it writes for a variant, by the guide's id, where that is another.
    """

    name: str
    title: str
    targets: dict[str, str]
    unpublished: tuple[str, ...] = ()
    note: str = ""
    ends: dict[str, str] = {}
    written: dict[str, str] = {}


class Inventory(Record, frozen=True, omit_defaults=False):
    """The whole of it: what `scan --format json` prints.

    `folder` is where the root of all paths lies below the project that was read.
    """

    root: str
    catalog: CatalogNote
    references: tuple[Reference, ...] = ()
    call_sites: tuple[CallSite, ...] = ()
    limits: tuple[Limit, ...] = ()
    branches: tuple[Branch, ...] = ()
    tables: tuple[Table, ...] = ()
    edits: tuple[Edit, ...] = ()
    findings: tuple[Finding, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    coverage: Coverage = Coverage()
    summary: Summary = Summary()
    usage: UsageNote | msgspec.UnsetType = msgspec.UNSET
    schema_version: int = 1
    folder: str = ""


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of `Inventory`, generated from the records."""
    return msgspec.json.schema(Inventory)
