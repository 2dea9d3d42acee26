"""What is known about a codebase: the typed records between the stages, and the JSON contract.

Every record is frozen. Positions are those of the standard `ast` (`Span`) inside the tool and
line/column counted from 1 in code points in the JSON.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

Span = tuple[int, int, int, int]
"""First line (from 1), UTF-8 byte column (from 0), last line, end column: as `ast` gives them."""

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

Safety = Literal["safe", "unsafe"]
"""`unsafe`: behaviour may change beyond the model."""

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
    "suppressed",
]
"""Why a person must decide: the closed list."""


class Record(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A frozen record whose absent (default) fields are left out of the JSON."""


# -- operations on a slice of source -------------------------------------------------------------


class ReplaceText(Record, frozen=True, tag="replace-text"):
    """Inside one string literal or f-string: the `nth` occurrence (from 0) of `old` becomes `new`."""

    old: str
    new: str
    nth: int = 0


class ReplaceExpression(Record, frozen=True, tag="replace-expression"):
    """The whole expression becomes `source`."""

    source: str


class RenameKeyword(Record, frozen=True, tag="rename-keyword"):
    """In a call: the keyword argument `name` is called `new`; its value stays."""

    name: str
    new: str


class RemoveKeyword(Record, frozen=True, tag="remove-keyword"):
    """In a call: the keyword argument `name` goes, with its comma and its own comment line."""

    name: str


class AddKeyword(Record, frozen=True, tag="add-keyword"):
    """In a call: a keyword argument `name` with the value `source` is added last (before `**`).

    `**name`: what `source` gives is spread last, in place of an argument `name` that is not always given.
    """

    name: str
    source: str


class RenameEntry(Record, frozen=True, tag="rename-entry"):
    """In a dict display: the string key `key` becomes `new`; quotes and value stay."""

    key: str
    new: str


class RemoveEntry(Record, frozen=True, tag="remove-entry"):
    """In a dict display: the entry with the string key `key` goes."""

    key: str


class AddEntry(Record, frozen=True, tag="add-entry"):
    """In a dict display: an entry (`key` and `value` are source) is added in the template's layout.

    `beside` is the index (from 0) of the template entry; the new one follows it, or stands
    `before` it where the look-up takes the first match. A key that begins with `**` spreads the value.
    """

    key: str
    value: str
    beside: int
    before: bool = False


class AddElement(Record, frozen=True, tag="add-element"):
    """In a list, tuple, set, call or `Literal[...]`: an element (`source`) is added in the template's layout.

    `beside` is the index (from 0) of the template element; the new one follows it, or stands
    `before` it.
    """

    source: str
    beside: int
    before: bool = False


class InsertStatement(Record, frozen=True, tag="insert-statement"):
    """Beside the anchored statement: `source` (no indentation of its own) as further statements."""

    source: str
    before: bool = False


class DeleteStatement(Record, frozen=True, tag="delete-statement"):
    """The anchored statement goes; a block left empty gets `pass`."""


class AddArm(Record, frozen=True, tag="add-arm"):
    """In an `if`/`elif` ladder: `if test: body` as a new arm ahead of (or behind) arm `beside` (from 0)."""

    test: str
    body: str
    beside: int
    before: bool = True


class AddCase(Record, frozen=True, tag="add-case"):
    """In a `match`: `case pattern: body` ahead of (or behind) case number `beside` (from 0)."""

    pattern: str
    body: str
    beside: int
    before: bool = True


Operation = (
    ReplaceText
    | ReplaceExpression
    | RenameKeyword
    | RemoveKeyword
    | AddKeyword
    | RenameEntry
    | RemoveEntry
    | AddEntry
    | AddElement
    | InsertStatement
    | DeleteStatement
    | AddArm
    | AddCase
)


class Edit(Record, frozen=True):
    """One planned change, anchored on the `ast` span of the smallest expression or statement that holds it.

    Attributes:
        anchor: the span of that expression or statement in the file as it was read.
        group: edits of one group are made together or not at all.
        rank: within a group lower ranks are written first (dependents 0, ids last 9).
        why: one line for the reviewer.
        rule: the id of the rule that asked for it.
        digest: the beginning of the SHA-256 of the file as it was read; an edit of other bytes is not made.
        follows: references for which alone it is made, as a row for an id: without one of them it is not.
    """

    id: str
    path: str
    anchor: Span
    operation: Operation
    group: str
    why: str
    rule: str
    safety: Safety = "safe"
    rank: int = 9
    references: tuple[str, ...] = ()
    call_sites: tuple[str, ...] = ()
    cell: int | msgspec.UnsetType = msgspec.UNSET
    selected: bool = True
    digest: str = ""
    follows: tuple[str, ...] = ()


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


class Cost(Record, frozen=True):
    """Tokens and USD of one request at worst, before and after; `estimate` says how tokens were counted.

    `tokens_in_after` and `tokens_out_after` are given where they differ from those before; the seconds are
    the catalogue's mean latency of each model, where it states one.
    """

    tokens_in: int
    tokens_out: int
    usd_before: float
    usd_after: float
    estimate: str
    tokens_in_after: int = 0
    tokens_out_after: int = 0
    seconds_before: float = 0.0
    seconds_after: float = 0.0


class Message(Record, frozen=True):
    """One message of a call: `text` is a template whose variables are written `{{name}}`.

    Literal `{{`, `{%` and `{#` of the source are written `{{ "{{" }}` and so on, so that Jinja and Nunjucks
    render them. `images` are templates of image addresses, `details` the fidelity of each; `line` is where
    the text begins in `path`.
    """

    role: str
    text: str
    images: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    path: str = ""
    line: int = 0


class PromptVariable(Record, frozen=True):
    """A variable of a prompt: `source` is the expression behind it; a `file` holds text beside the code.

    `fields` says that the file's own `{name}` fields are filled by the program.
    """

    name: str
    source: str
    kind: Literal["value", "file", "image", "conversation"] = "value"
    path: str = ""
    fields: bool = False


class Prompt(Record, frozen=True):
    """What a call site sends, as far as the source says it.

    Attributes:
        complete: nothing is missing; `unresolved` says what is, else.
        request: further parameters with constant values, each as JSON.
        response: the form of the answer that the call asks for.
        response_schema: the JSON Schema of the answer, as JSON, where it is known.
        endpoint: `chat` or `responses`; `api` is the rule that knows the request.
        via: `path:line` of the request that a wrapper makes in the end.
        language: what the constant text is written in, where that can be told.
    """

    messages: tuple[Message, ...]
    variables: tuple[PromptVariable, ...] = ()
    complete: bool = False
    unresolved: tuple[str, ...] = ()
    request: dict[str, str] = {}
    response: Literal["text", "json", "schema"] = "text"
    response_schema: str = ""
    tools: tuple[str, ...] = ()
    streams: bool = False
    repeated: bool = False
    output_cap: int | None = None
    endpoint: Literal["chat", "responses"] = "chat"
    api: str = ""
    via: str = ""
    language: str = ""


class Measured(Record, frozen=True):
    """What usage records say of one call site. Quantiles are of single requests, within 2 %; 0: not known.

    Attributes:
        joined: requests by how they were joined: place, tag, prompt, or model (the one site that has it).
        models: requests by the model that was asked.
        days: from the first request to the last.
        peak: the most requests in a minute.
        usd_before: what a month (30 days) of it costs, as it was billed or by the old model's price.
        usd_after: the same tokens at the price of what is recommended.
    """

    requests: int
    failed: int = 0
    joined: dict[str, int] = {}
    models: dict[str, int] = {}
    days: float = 0.0
    tokens_in: int = 0
    tokens_out: int = 0
    tokens_cached: int = 0
    in_p50: int = 0
    in_p95: int = 0
    in_most: int = 0
    out_p50: int = 0
    out_p95: int = 0
    seconds_p50: float = 0.0
    seconds_p95: float = 0.0
    peak: int = 0
    images: int = 0
    usd_before: float = 0.0
    usd_after: float = 0.0


class Spent(Record, frozen=True):
    """Requests and a month's USD of a folder, an owner or a model, before and after."""

    name: str
    requests: int
    usd_before: float
    usd_after: float


class UsageNote(Record, frozen=True):
    """Usage records as a whole.

    Attributes:
        joined: requests that belong to a call site, by how; `requests` has all.
        by_model: those that belong to none, by their model.
        never: call sites that no record is of.
        first_to_move: call sites that are safe to move, the least money at stake first.
        forms: the kinds of export that were read.
        broken, duplicates: rows left out; skewed: rows taken without their time.
    """

    files: tuple[str, ...]
    forms: tuple[str, ...]
    requests: int
    joined: dict[str, int]
    days: float = 0.0
    usd_before: float = 0.0
    usd_after: float = 0.0
    by_folder: tuple[Spent, ...] = ()
    by_owner: tuple[Spent, ...] = ()
    by_model: tuple[Spent, ...] = ()
    never: tuple[str, ...] = ()
    first_to_move: tuple[str, ...] = ()
    broken: int = 0
    duplicates: int = 0
    skewed: int = 0
    unknown: int = 0


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
