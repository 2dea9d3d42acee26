"""Who answers in a rehearsal: the publisher as the catalogue has it, other hosts as they are asked."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from migrator.evidence.standin.accepted_parameters import Model, served
from migrator.evidence.standin.refusals import Body, Refusal, judge, unknown_model
from migrator.evidence.standin.server import OFFICIAL
from migrator.hosts import vendor_at

if TYPE_CHECKING:
    from collections.abc import Iterable

    from migrator.evidence.standin.given import Answers
    from migrator.evidence.standin.response_bodies import Said
    from migrator.rulebook import Rulebook

Asked = tuple[str, str, str]
"""Host, endpoint, model."""


@dataclass
class World:
    """The judge of one run.

    Attributes:
        known: (host, model) that the program asked for as it is, which is what other vendors serve.
        asked: what came here, counted.
    """

    rulebook: Rulebook
    answers: Answers
    known: frozenset[tuple[str, str]] | None = None
    asked: Counter[Asked] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.models = served(self.rulebook.catalog)
        catalogs = (self.rulebook.catalog, *self.rulebook.other_catalogs.values())
        self.published = frozenset(name for catalog in catalogs for name in catalog.published_ids)

    def listed(self, host: str) -> Iterable[str]:
        return self.models

    def said(self, body: Body) -> Said | None:
        return self.answers.to(body)

    def ask(self, host: str, endpoint: str, body: Body, headers: object) -> Refusal | None:
        """Judge a request, and count it."""
        with self.lock:
            self.asked[host or OFFICIAL, endpoint, str(body.get("model"))] += 1
        return self.refusal(host, endpoint, body)

    def refusal(self, host: str, endpoint: str, body: Body) -> Refusal | None:
        """What becomes of a request at a host. Embeddings and the like are not judged."""
        if endpoint not in ("chat.completions", "responses", "completions"):
            return None
        name = str(body.get("model"))
        model = self._model(host, name)
        return unknown_model(name) if model is None else judge(model, endpoint, body)

    def _model(self, host: str, name: str) -> Model | None:
        vendor = vendor_at(self.rulebook.vendors, host)
        if vendor == "openai":
            special = name.startswith("ft:") or name in self.published
            return self.models.get(name) or (Model(name, special=True) if special else None)
        if vendor != "gateway" and self.known is not None and (host, name) not in self.known:
            return None
        bare = name.rpartition("/")[2]
        return self.models.get(bare) or Model(name, special=True)
