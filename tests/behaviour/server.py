"""What answers the programs: the product's stand-in, with the hosts that they name.

An Azure resource with its deployments, a gateway with prefixed ids, and vendors who serve what they always
served. Every model request is recorded with its answer's status.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from migrator.evidence.standin.refusals import Body, Refusal, judge, tokens, unknown_model

from .models import GPT_4O, Mode, catalogue

if TYPE_CHECKING:
    from collections.abc import Iterable

    from migrator.evidence.standin.accepted_parameters import Model

FOREIGN = ("gpt-4o", "gpt-4o-mini", "gpt-5", "deepseek-chat", "llama3.1", "Xenova/gpt-4o", "proxy-gpt-4o")
"""What vendors other than the publisher serve, before and after; all behave like gpt-4o there."""
DEPLOYMENTS = ("gpt-4o", "gpt-4o-mini", "gpt-4o-prod-weu", "support-chat")


@dataclass(frozen=True)
class Request:
    """One request for a model, as it was recorded.

    Attributes:
        host: empty for the publisher.
        status: of the answer; `error` is its message when it was refused.
        tokens: rough size of the input.
    """

    host: str
    endpoint: str
    body: Body
    status: int
    error: str = ""

    @property
    def model(self) -> str:
        return str(self.body.get("model"))

    @property
    def tokens(self) -> int:
        return tokens(self.body)


@dataclass
class World:
    """What answers now: the mode, whether old models still do, and what was asked."""

    mode: Mode = "guide"
    old: bool = True
    requests: list[Request] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def models(self, host: str) -> dict[str, Model]:
        """Ids that answer at a host."""
        own = catalogue(self.mode, old=self.old)
        if not host:
            return own
        if host.endswith("openai.azure.com"):
            return {name: GPT_4O._replace(id=name) for name in DEPLOYMENTS}
        if host == "openrouter.ai":
            return {f"openai/{name}": model for name, model in own.items()}
        return {name: GPT_4O._replace(id=name) for name in FOREIGN}

    def listed(self, host: str) -> Iterable[str]:
        return self.models(host)

    def said(self, body: Body) -> None:
        return None

    def ask(self, host: str, endpoint: str, body: Body, headers: object) -> Refusal | None:
        """Judge a request and record it."""
        if endpoint == "embeddings":
            return None
        model = self.models(host).get(str(body.get("model")))
        refusal = unknown_model(body.get("model")) if model is None else judge(model, endpoint, body)
        status, error = (refusal.status, refusal.message) if refusal else (200, "")
        with self.lock:
            self.requests.append(Request(host, "/" + endpoint.replace(".", "/"), body, status, error))
        return refusal
