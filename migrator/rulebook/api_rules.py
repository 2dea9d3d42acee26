"""rules/apis/: calls, constructors and decorators that take a model, a library a file."""

from __future__ import annotations

from typing import Literal

from migrator.rulebook.base import Example, Noop, Rule
from migrator.rulebook.vendor_rules import Vendor


class Client(Rule, frozen=True):
    """Constructors of one library: whose endpoint they talk to, and which keywords name that endpoint.

    `names` are dotted (`openai.OpenAI`); a call of one is written `openai.OpenAI()` in `Call.callees`.
    `wraps` is the keyword (or first positional argument) of a client whose vendor and endpoint count
    instead: `instructor.from_openai(client)` is that client. `same` are methods that give the client again,
    with something added (`bind_tools`).
    """

    names: tuple[str, ...]
    vendor: Vendor
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
        routed: beginning of an id (`openai-chat:`) to what is renamed besides for ids that begin so.
        bare: those left out for ids that stand alone; behind a provider's name (`openai/`) they are sent.
        refused: the library raises for the targets; each with what it raises.
        refused_unless: keyword=value pairs under which it doesn't raise (`drop_params=True`).
        since: name to the release from which it is renamed or left out; earlier ones send it as it is named.
        needs: name to the release that first takes it.
        measured: what `needs`, `since` and `unasked` say was seen with that release and the one before.
        unasked: name to the release from which on the library no longer sends it unasked.
        own: what the library gives by itself with each request, and its value; `own_unless` are the arguments
            with which it doesn't, by keyword or place (`agent=OPENAI_FUNCTIONS`, `2=OPENAI_FUNCTIONS`).
        gains: what an object gains after it was made, and by what: methods of it (`bind_tools`), functions
            that it is handed to; in parentheses what says so (`create_agent(tools)`, `with(how='x')`).
        raw: arguments (or fields of settings) whose dict goes into the request as it is named there.
        open: any other name goes into the request as it is.
        stated_in: where the library states what it takes (`package.module:Class.method`).
    """

    sent: tuple[str, ...] = ()
    renamed: dict[str, str] = {}
    left_out: dict[str, str] = {}
    routed: dict[str, dict[str, str]] = {}
    bare: tuple[str, ...] = ()
    refused: dict[str, str] = {}
    refused_unless: tuple[str, ...] = ()
    since: dict[str, str] = {}
    needs: dict[str, str] = {}
    measured: bool = True
    unasked: dict[str, str] = {}
    own: dict[str, str] = {}
    own_unless: tuple[str, ...] = ()
    gains: dict[str, tuple[str, ...]] = {}
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
            (`generation_kwargs`, `model_settings`); dotted: a path of keys (`data.*.generation_kwargs`).
        endpoint: keywords of the call itself that name the endpoint (`api_base`).
        client: keywords (or a positional argument that resolves to a client) whose vendor and endpoint count.
        set_by: dotted paths of functions that are given the client, and of attributes that hold the address,
            of all that has none of its own (`agents.set_default_openai_client`, `litellm.api_base`).
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
        takes: what becomes of each parameter that it is given; `takes_as` is the call that has the same, but
            for what this one renames itself.
        positions: parameters that may be given by their place, each with its index (from 0).
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
    set_by: tuple[str, ...] = ()
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
    vendor: Literal["", Vendor] = ""
    defaults: dict[str, str] = {}
    naming: str = ""
    takes: Takes = Takes()
    takes_as: str = ""
    positions: dict[str, int] = {}
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
