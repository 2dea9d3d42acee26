"""rules/*.toml as typed, validated records. Facts live there; this module only reads them.

A rule file that cannot be used raises `RuleError`, whose text names the file, the rule and the key.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec


class RuleError(Exception):
    """A rule file cannot be used; the message names file, rule and key and says what to do."""


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every record read from TOML: unknown keys are errors."""


class Example(Rule, frozen=True):
    """Complete modules before and after; a single module is `before`/`after`, several are `files`/`migrated`.

    `settings` are keys of `[tool.gpt55-migrate]` under which the example holds.
    """

    before: str = ""
    after: str = ""
    files: dict[str, str] = {}
    migrated: dict[str, str] = {}
    settings: dict[str, Any] = {}


class Noop(Rule, frozen=True):
    """Complete modules that must come out unchanged, and why (`reason`: of the closed list, if one fits)."""

    why: str
    before: str = ""
    files: dict[str, str] = {}
    reason: str = ""
    settings: dict[str, Any] = {}


# -- rules/catalogs/*.toml -----------------------------------------------------------------------


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


# -- rules/apis/*.toml ---------------------------------------------------------------------------


class Client(Rule, frozen=True):
    """Constructors of one library: whose endpoint they talk to, and which keywords name that endpoint.

    `names` are dotted (`openai.OpenAI`); a call of one is written `openai.OpenAI()` in `Call.callees`.
    `wraps` is the keyword (or first positional argument) of a client whose vendor and endpoint count
    instead: `instructor.from_openai(client)` is that client. `same` are methods that give the client again,
    with something added (`bind_tools`).
    """

    names: tuple[str, ...]
    vendor: Literal["openai", "azure", "gateway", "other", "local"]
    endpoint: tuple[str, ...] = ()
    endpoint_environment: tuple[str, ...] = ()
    wraps: str = ""
    same: tuple[str, ...] = ()


class LeaveOut(Rule, frozen=True):
    """What a call takes for "not sent": `openai.omit`, `None`; `needs` is the release that first has it."""

    value: str
    needs: str = ""


class Takes(Rule, frozen=True):
    """What becomes of each request parameter that a call is given, by the name that it has there.

    Attributes:
        sent: goes into the request under its own name.
        renamed: goes into the request under another name; dotted: inside another parameter.
        left_out: the library leaves it out for the targets; each with why, or nothing.
        refused: the library raises for the targets; each with what it raises.
        refused_unless: keyword=value pairs under which it doesn't raise (`drop_params=True`).
        since: name to the release from which it is renamed or left out; earlier ones send it as it is named.
        needs: name to the release that first takes it.
        measured: what `needs`, `since` and `unasked` say was seen with that release and the one before.
        unasked: name to the release from which on the library no longer sends it unasked.
        raw: arguments (or fields of settings) whose dict goes into the request as it is named there.
        open: any other name goes into the request as it is.
        stated_in: where the library states what it takes (`package.module:Class.method`).
    """

    sent: tuple[str, ...] = ()
    renamed: dict[str, str] = {}
    left_out: dict[str, str] = {}
    refused: dict[str, str] = {}
    refused_unless: tuple[str, ...] = ()
    since: dict[str, str] = {}
    needs: dict[str, str] = {}
    measured: bool = True
    unasked: dict[str, str] = {}
    raw: tuple[str, ...] = ()
    open: bool = False
    stated_in: str = ""


class Call(Rule, frozen=True):
    """One call, constructor or decorator that takes a model.

    Attributes:
        callees: dotted paths (`openai.OpenAI().chat.completions.create`); `*` is one segment (with its `()`).
        tails: call tails distinctive enough to match where the receiver does not resolve.
        model: keyword names that carry the model id, most usual first.
        position: index (from 0) of the model as a positional argument, if it can be one.
        nested: dotted paths of dict keys inside an argument that carry the model (`json.model`); `#1` is the
            second positional argument.
        alias: the key, in a row of the list that a `nested` path of three names goes through, of the name by
            which the program calls the row's model.
        serves: ids of calls whose models it is used with where it names none of its own (settings objects).
        containers: keywords whose dict, or constructor call, holds further request parameters
            (`generation_kwargs`, `model_settings`).
        endpoint: keywords of the call itself that name the endpoint (`api_base`).
        client: keywords (or a positional argument that resolves to a client) whose vendor and endpoint count.
        deployment: keywords that carry a deployment's name, never an id.
        lists: keywords whose list holds models (`fallbacks`).
        prompt: keyword names that carry prompt text; `prompt_position` the positional one.
        style: which parameter rules apply to what it sends.
        kind: `call` sends a request; `client` and `wrapper` keep the model for later calls;
            `tokenizer` only counts; `deployment` takes a deployment's name, not an id; `fine-tune`
            names the base of a training job; `alias` names an entry of the program's own list.
        url: raw HTTP: what the address ends with.
        served_at: the endpoint that a catalogue's `endpoints` must name for a target to be callable here.
        defaults: how a catalogue's request defaults are named here (`reasoning_effort` = `reasoning.effort`).
        naming: id of the `Naming` that says how an id must be written here; empty: as it is.
        leave_out: what may be given for a parameter that is not to be sent, best first; none: its key goes.
        takes: what becomes of each parameter that it is given; `takes_as` is the call that has the same.
        null: what an explicit None is: `sent` as null, or the same as `absent`.
    """

    id: str
    source: str
    callees: tuple[str, ...] = ()
    tails: tuple[str, ...] = ()
    model: tuple[str, ...] = ("model",)
    position: int | None = None
    nested: tuple[str, ...] = ()
    alias: str = ""
    serves: tuple[str, ...] = ()
    containers: tuple[str, ...] = ()
    prompt: tuple[str, ...] = ()
    prompt_position: int | None = None
    endpoint: tuple[str, ...] = ()
    client: tuple[str, ...] = ()
    deployment: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    url: tuple[str, ...] = ()
    served_at: Literal["", "chat", "responses", "completions", "assistants"] = ""
    output_caps: tuple[str, ...] = ()
    input_caps: tuple[str, ...] = ()
    style: Literal["chat", "responses", "completions", "wrapper", "none"] = "chat"
    kind: Literal[
        "call",
        "client",
        "wrapper",
        "agent",
        "tokenizer",
        "deployment",
        "other-endpoint",
        "fine-tune",
        "alias",
    ] = "call"
    vendor: Literal["", "openai", "azure", "gateway", "other", "local"] = ""
    defaults: dict[str, str] = {}
    naming: str = ""
    takes: Takes = Takes()
    takes_as: str = ""
    leave_out: tuple[LeaveOut, ...] = ()
    null: Literal["", "sent", "absent"] = ""
    decorator: bool = False
    note: str = ""
    example: tuple[Example, ...] = ()
    noop: tuple[Noop, ...] = ()

    @property
    def model_names(self) -> frozenset[str]:
        """The names by which a model is given: of arguments, and of entries of a body."""
        return frozenset((*self.model, *(path.rpartition(".")[2] for path in self.nested)))


class Naming(Rule, frozen=True):
    """How a library that looks ids up wants one that it does not know: behind `prefix`.

    `after` is what stands before the prefix already (`litellm/`). `known` are ids that it takes bare, each
    with the requirement from which on it does. `provider` are the arguments that name the vendor, beside
    which an id stays bare.
    """

    id: str
    prefix: str
    source: str
    after: str = ""
    provider: tuple[str, ...] = ()
    known: dict[str, str] = {}


class Api(Rule, frozen=True):
    """One library's file. Its `leave_out` and `null` are those of each call that has none of its own."""

    library: str
    packages: tuple[str, ...]
    source: str
    naming: tuple[Naming, ...] = ()
    leave_out: tuple[LeaveOut, ...] = ()
    null: Literal["", "sent", "absent"] = ""
    client: tuple[Client, ...] = ()
    call: tuple[Call, ...] = ()


# -- rules/vendors.toml --------------------------------------------------------------------------


class Prefix(Rule, frozen=True):
    """What stands before an id (`openai/`, `azure/`): whose name the id then is."""

    text: str
    vendor: Literal["openai", "azure", "gateway", "other"]
    source: str


class Host(Rule, frozen=True):
    """What an endpoint's host ends with."""

    suffix: str
    vendor: Literal["openai", "azure", "gateway", "other", "local"]
    source: str


class Provider(Rule, frozen=True):
    """A vendor that a setting beside the model names: `keys` of such settings, `names` in lower case."""

    keys: tuple[str, ...]
    names: tuple[str, ...]
    vendor: Literal["azure"]
    source: str

    def says(self, key: object, text: object) -> bool:
        """Whether a setting names this vendor."""
        return key in self.keys and isinstance(text, str) and text.lower() in self.names


class Vendors(Rule, frozen=True):
    """Prefixes and hosts, most specific first; what ids of any vendor start with, as a pattern."""

    id_starts: str
    source: str
    prefix: tuple[Prefix, ...]
    host: tuple[Host, ...]
    provider: tuple[Provider, ...]

    @property
    def own_hosts(self) -> tuple[str, ...]:
        """The hosts of the API's publisher."""
        return tuple(one.suffix for one in self.host if one.suffix and one.vendor == "openai")


# -- rules/names.toml ----------------------------------------------------------------------------


class NameList(Rule, frozen=True):
    """Names that mean one thing in this field. `exact` match whole names, `words` match one word of a
    snake_case or CamelCase name, `patterns` are regular expressions searched in the lower-cased name."""

    source: str
    exact: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()


# -- rules/parameters.toml -----------------------------------------------------------------------


class Change(Rule, frozen=True):
    """What becomes of a parameter: exactly one of `rename`, `remove`, `replace` (old value -> new), `report`.

    `replace` maps the old value to the new one's source; `*` is any other value, the empty string a call that
    lacks the parameter (it is added). An explicit None is left out where it would be sent as null, if
    `refuses_null` says so. `unless` names keyword=value pairs under which the parameter may stay
    (`drop_params=True`; without a value: any), `keep_values` the values that may, `keep_from` the least
    number that may; `only_with` names parameters one of which the call must have. Old values are as `repr`
    writes them (`'minimal'`). `into` (`container.name`) is said with `report`: the value goes under the name
    into the dict of that argument, which holds what is sent as it is. `needs` is a requirement
    (`openai>=1.45`) that the result has; `below` one that the project must declare an older release of, for
    the rule to speak. What is not `measured` (with the release and with the one before) is said, and holds
    nothing back.
    """

    rename: str = ""
    remove: bool = False
    replace: dict[str, str] = {}
    report: bool = False
    into: str = ""
    unless: tuple[str, ...] = ()
    keep_values: tuple[str, ...] = ()
    keep_from: float | None = None
    only_with: tuple[str, ...] = ()
    needs: str = ""
    measured: bool = True
    blocks: str = ""
    relies: tuple[str, ...] = ()
    refuses_null: bool = False
    below: str = ""


class ParameterRule(Rule, frozen=True):
    """A request parameter that a target rejects, renames or reads differently.

    Attributes:
        apis: ids of `Call` rules, `style:chat` for every call of a style, `sent` for every call that sends
            the parameter, under whatever name it is given there (see `Takes`).
        name: the parameter; a dotted one (`reasoning.effort`) is a key of a dict value.
        variants: `flagship`, `instant`, `mini`.
        families: the families of source models that it is for; empty: all, and calls already on a target.
        loses: what behaviour is lost, for the reviewer.
    """

    id: str
    apis: tuple[str, ...]
    name: str
    variants: tuple[str, ...]
    change: Change
    safety: Literal["safe", "unsafe"]
    why: str
    source: str
    families: tuple[str, ...] = ()
    severity: Literal["warning", "note"] = "warning"
    loses: str = ""
    catalogs: tuple[str, ...] = ("guide", "published")
    example: tuple[Example, ...] = ()
    noop: tuple[Noop, ...] = ()


# -- rules/usecases.toml -------------------------------------------------------------------------


class Use(Rule, frozen=True):
    """A row of the use-case matrix, or a neighbour of one: how good each variant is for it, from -2 to 2.

    `pictures` is the strength from which it is certain that images are sent; then text-only variants are out.
    A `topic` is what the texts are about, not what is done with them; it counts less beside a small task.
    """

    id: str
    title: str
    flagship: float
    instant: float
    mini: float
    source: str
    pictures: float | None = None
    topic: bool = False


class Signal(Rule, frozen=True):
    """Evidence for a use: where it is looked for, and what is looked for.

    Attributes:
        use: id of the `Use`.
        where: `name` (functions, classes, modules, variables), `prompt`, `docstring`, `import`,
            `parameter`, `shape` (a form of the code; see rules/usecases.toml).
        words: whole words, lower case; a trailing `*` matches any ending.
        weight: how much one hit counts; further hits of the same signal count once.
    """

    id: str
    use: str
    where: tuple[Literal["name", "prompt", "docstring", "import", "parameter", "shape", "slot"], ...]
    words: tuple[str, ...]
    weight: float
    source: str
    example: tuple[str, ...] = ()
    noop: tuple[str, ...] = ()


class Prior(Rule, frozen=True):
    """What the old model says: the author's choice of tier, as a score per variant."""

    id: str
    tier: str
    flagship: float
    instant: float
    mini: float
    source: str


class Band(Rule, frozen=True):
    """Confidence from `least` on: how many of `calls` labelled ones got an acceptable, how many the best."""

    id: Literal["low", "medium", "high"]
    least: float
    calls: int
    acceptable: int
    best: int
    source: str


class UseCases(Rule, frozen=True):
    """The matrix, the signals that recognise a use, the priors, and what confidence means."""

    use: tuple[Use, ...]
    signal: tuple[Signal, ...]
    prior: tuple[Prior, ...]
    band: tuple[Band, ...] = ()


# -- rules/tokens.toml ---------------------------------------------------------------------------


class Encoding(Rule, frozen=True):
    """A file of merges that tiktoken may have kept; `pattern` splits a text before they apply."""

    id: str
    url: str
    sha256: str
    pattern: str
    source: str


class Script(Rule, frozen=True):
    """Ranges of code points; from this `share` of a text's letters on, the text is written in it."""

    id: str
    ranges: tuple[tuple[int, int], ...]
    share: float
    source: str
    characters_per_token: float | None = None


class Language(Rule, frozen=True):
    """A language of a script, told from others by frequent `words` (none: it is the script's only one)."""

    id: str
    script: str
    source: str
    words: tuple[str, ...] = ()
    characters_per_token: float | None = None


class TokenRules(Rule, frozen=True):
    """How text is counted in tokens, and how its language is told."""

    encoding: tuple[Encoding, ...]
    script: tuple[Script, ...]
    language: tuple[Language, ...]


# -- rules/shapes.toml ---------------------------------------------------------------------------


class ShapeExample(Rule, frozen=True):
    """A file of a shape, and what it becomes with config-files (nothing else: why it stays)."""

    file: str
    before: str
    after: str = ""
    why: str = ""


class Shape(Rule, frozen=True):
    """A file that a program of others reads: `code` reads it as that does; else `at` leads to its models.

    `do` is what a person does about these.
    """

    name: str
    files: tuple[str, ...]
    source: str
    holds: tuple[str, ...] = ()
    code: str = ""
    at: tuple[str, ...] = ()
    reason: str = ""
    do: str = ""
    example: tuple[ShapeExample, ...] = ()
    noop: tuple[ShapeExample, ...] = ()


class ShapeFile(Rule, frozen=True):
    """All known shapes."""

    shape: tuple[Shape, ...]


# -- rules/suggestions.toml ----------------------------------------------------------------------

Level = Literal["error", "warning", "note"]


class Suggestion(Rule, frozen=True):
    """A better architecture: where code has a `shape` (a closed set; see rules/suggestions.toml), what to do.

    `bound` is the shape's number, where it has one; `uses` are those that it is for (none: all);
    `message` may name the shape's fields in braces. An `example` is a program that gets the advice.
    """

    id: str
    title: str
    shape: Literal["tiered", "cache", "chunks", "fallback", "rate", "endpoint", "split"]
    message: str
    source: str
    bound: float | None = None
    uses: tuple[str, ...] = ()
    severity: Level = "note"
    example: tuple[Example, ...] = ()


# -- rules/prompts.toml --------------------------------------------------------------------------


class PromptAdvice(Rule, frozen=True):
    """Advice on a prompt; see rules/prompts.toml for the shapes and what `message` may name."""

    id: str
    title: str
    shape: Literal["says", "longer", "shorter", "prose-schema", "model-name"]
    message: str
    source: str
    variants: tuple[Literal["flagship", "instant", "mini"], ...] = ()
    roles: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    characters: int | None = None
    severity: Level = "note"
    example: tuple[str, ...] = ()
    noop: tuple[str, ...] = ()


# -- rules/limits.toml ---------------------------------------------------------------------------


class LimitCall(Rule, frozen=True):
    """A library's call with keywords that bound what is sent (`input`); `piece`: the size of a part of it."""

    id: str
    source: str
    input: tuple[str, ...]
    piece: bool = False
    callees: tuple[str, ...] = ()
    tails: tuple[str, ...] = ()


class TokenizerRule(Rule, frozen=True):
    """A look-up that raises for ids that it does not know, and the encoding that can be named instead.

    `callees` are last names. `becomes` is the attribute beside the callee that takes an encoding's name
    (none: the name itself is the result); `keyword` is exchanged for `other_keyword` where the look-up
    hides in a library. `knows` is the requirement under which nothing needs to change.
    """

    id: str
    source: str
    callees: tuple[str, ...]
    encoding: str
    raises: str
    becomes: str = ""
    keyword: str = ""
    other_keyword: str = ""
    knows: str = ""


class Overflow(Rule, frozen=True):
    """Pieces of the error that the old models answer to a too long request, a piece of the new one's, and
    the code that both share."""

    old: tuple[str, ...]
    new: str
    code: str
    source: str


class LongContext(Rule, frozen=True):
    """By how much prices grow for a whole request above a catalogue's `long_context_from`."""

    input: float
    output: float
    source: str


class LimitShape(Rule, frozen=True):
    """What the tool does with limits, one rule id each; `shape` names the Python that finds it."""

    id: str
    shape: Literal[
        "raise",
        "lower",
        "output",
        "unguarded",
        "guard",
        "overflow",
        "cap",
        "tokenizer",
        "expectation",
        "docs",
    ]
    why: str
    source: str
    example: tuple[Example, ...] = ()
    noop: tuple[Noop, ...] = ()


class LimitRules(Rule, frozen=True):
    """Thresholds, names and callees of context limits.

    Attributes:
        forced_from: share of the old window from which a number counts as forced by it.
        budget_from: the same for budgets.
        rounding: how far above a window a number may lie and still mean it.
        smallest: in tokens; smaller numbers are not looked at.
        answer_share: of a window, left for the answer where no output cap is known.
        starved_below: output caps up to this may be used up by reasoning.
    """

    forced_from: float
    budget_from: float
    rounding: float
    characters_per_token: int
    smallest: int
    answer_share: float
    starved_below: int
    source: str
    long_context: LongContext
    names: dict[str, NameList]
    call: tuple[LimitCall, ...]
    tokenizer: tuple[TokenizerRule, ...]
    overflow: tuple[Overflow, ...]
    rule: tuple[LimitShape, ...] = ()


# -- rules/tables.toml ---------------------------------------------------------------------------


class FigureRule(Rule, frozen=True):
    """A figure of the catalogue, and the field names that may hold it; `side` as in `SideRule`."""

    id: Literal["context_window", "max_input", "max_output", "usd_in", "usd_cached", "usd_out"]
    side: Literal["", "input", "output", "cached"]
    kind: Literal["tokens", "output-tokens", "price"]
    patterns: tuple[str, ...]
    source: str


class SideRule(Rule, frozen=True):
    """Field names that speak of one direction of a request; `other` has no figure in the catalogue."""

    id: Literal["input", "output", "cached", "other"]
    patterns: tuple[str, ...]
    source: str


class UnitRule(Rule, frozen=True):
    """A unit of prices: USD per 1,000,000 tokens divided by `divisor`."""

    id: str
    divisor: float
    source: str


class CapabilityRule(Rule, frozen=True):
    """Names of sets and flags that only models with one of `modalities` may join."""

    id: str
    patterns: tuple[str, ...]
    modalities: tuple[str, ...]
    source: str


class FlagRule(Rule, frozen=True):
    """Flags of a row about a request parameter, and what they say of a model that refuses the parameter."""

    parameter: str
    value: bool
    patterns: tuple[str, ...]
    source: str


class FieldRule(Rule, frozen=True):
    """Fields of a row, or whole tables, that hold a value of a request parameter."""

    parameter: str
    patterns: tuple[str, ...]
    source: str


class RefusalRule(Rule, frozen=True):
    """Names of tables that gain no rows; `reason` is of the closed list, or nothing (records of the past)."""

    reason: str
    patterns: tuple[str, ...]
    source: str


class CounterpartRule(Rule, frozen=True):
    """The variant whose row stands beside a row of this tier (and family) where no call decides."""

    tier: str
    variant: Literal["flagship", "instant", "mini"]
    source: str
    family: str = ""


class TemplateRule(Rule, frozen=True):
    """Family and tier of the rows that a variant's row is modelled on, the nearest first."""

    variant: Literal["flagship", "instant", "mini"]
    order: tuple[tuple[str, str], ...]
    source: str


class IntentRule(Rule, frozen=True):
    """What code behind a test on a model's name is for; models without one of `modalities` stay out of it."""

    id: str
    patterns: tuple[str, ...]
    source: str
    modalities: tuple[str, ...] = ()


class TableRules(Rule, frozen=True):
    """rules/tables.toml."""

    figure: tuple[FigureRule, ...]
    side: tuple[SideRule, ...]
    unit: tuple[UnitRule, ...]
    capability: tuple[CapabilityRule, ...]
    flag: tuple[FlagRule, ...]
    field: tuple[FieldRule, ...]
    refusal: tuple[RefusalRule, ...]
    counterpart: tuple[CounterpartRule, ...]
    template: tuple[TemplateRule, ...]
    intent: tuple[IntentRule, ...]


class RuleHelp(Rule, frozen=True):
    """What a rule that has no file of its own means, what to do by hand, and where that is known from.

    Its `example` is a program in which it speaks; what becomes of it is made. `command` shows it where no
    program can.
    """

    id: str
    title: str
    text: str
    do: str
    source: str
    command: str = ""
    example: tuple[Example, ...] = ()


class ReasonHelp(Rule, frozen=True):
    """What to do about a reason of the closed list, and what it is found by."""

    id: str
    do: str
    source: str


class Help(Rule, frozen=True):
    """rules/help.toml; `constraints` are what excludes a variant, by the names that weights may have."""

    rule: tuple[RuleHelp, ...]
    reason: tuple[ReasonHelp, ...]
    constraints: tuple[str, ...]


class Rulebook(msgspec.Struct, frozen=True, kw_only=True):
    """Everything under rules/, loaded for one catalogue."""

    catalog: Catalog
    other_catalogs: dict[str, Catalog]
    apis: tuple[Api, ...]
    vendors: Vendors
    names: dict[str, NameList]
    parameters: tuple[ParameterRule, ...]
    usecases: UseCases
    prompts: tuple[PromptAdvice, ...]
    suggestions: tuple[Suggestion, ...]
    tables: TableRules
    limits: LimitRules
    tokens: TokenRules

    @property
    def raw_calls(self) -> list[Call]:
        """The calls that send a body to an address of their own, without a library of the API's."""
        return [call for api in self.apis for call in api.call if call.url and call.kind == "call"]
