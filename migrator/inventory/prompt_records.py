"""What a call sends, and what it costs at worst."""

from __future__ import annotations

from typing import Literal

from migrator.inventory.record_base import Record


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
