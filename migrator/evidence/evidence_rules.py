"""rules/evidence.toml as typed records."""

from __future__ import annotations

from functools import cache

from migrator.rulebook.base import Rule
from migrator.rulebook.rulefiles import load_record


class RecordRule(Rule, frozen=True):
    """Endpoints by how their paths end."""

    endpoints: dict[str, str]
    source: str


class StandinRule(Rule, frozen=True):
    """What a request may hold, and what models refuse beyond the catalogue's figures.

    Attributes:
        chat, responses: the keys of a request to each endpoint.
        reasoning_refuses: parameters that models that reason refuse on Chat Completions.
        tools_at_none: ids that take function tools on Chat Completions at effort "none" only.
        caches_a_day: ids that take no other retention of cached prompts than 24 hours.
    """

    chat: frozenset[str]
    responses: frozenset[str]
    reasoning_refuses: tuple[str, ...]
    tools_at_none: tuple[str, ...]
    caches_a_day: tuple[str, ...]
    source: str


class RehearseRule(Rule, frozen=True):
    """Names of environment variables: addresses, keys (the first is always set), proxies.

    Paths that end so are for the stand-in at any host, all paths at hosts that end so.
    """

    base_urls: tuple[str, ...]
    keys: tuple[str, ...]
    proxies: tuple[str, ...]
    paths: tuple[str, ...]
    hosts: tuple[str, ...]
    source: str


class Form(Rule, frozen=True):
    """A usage export: the keys that tell a row of it, and the fields that say each thing, first found first.

    Attributes:
        only_when, only_unless: `field=value` pairs of the rows that count.
        flat: keys are taken as they are, dots included.
        count: the row is a sum over so many requests.
        bucket_end: until when such a sum goes.
        failed_when: pairs that say that a request failed; `error` is a field that is empty otherwise.
    """

    id: str
    title: str
    needs: tuple[str, ...]
    source: str
    flat: bool = False
    only_when: tuple[str, ...] = ()
    only_unless: tuple[str, ...] = ()
    failed_when: tuple[str, ...] = ()
    id_fields: tuple[str, ...] = ()
    count: tuple[str, ...] = ()
    model: tuple[str, ...] = ()
    tokens_in: tuple[str, ...] = ()
    tokens_out: tuple[str, ...] = ()
    tokens_cached: tuple[str, ...] = ()
    seconds: tuple[str, ...] = ()
    milliseconds: tuple[str, ...] = ()
    first_byte: tuple[str, ...] = ()
    first_milliseconds: tuple[str, ...] = ()
    begun: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    bucket_end: tuple[str, ...] = ()
    usd: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    error: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    site: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    line: tuple[str, ...] = ()
    scope: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    owner: tuple[str, ...] = ()
    text: tuple[str, ...] = ()


class UsageRule(Rule, frozen=True):
    """What measured figures decide.

    Attributes:
        window_share: of a variant's window; a p95 input above it needs a larger one.
        cut_share: of an output cap; a p95 answer above it was cut off.
        least_requests: with fewer nothing is decided.
    """

    window_share: float
    cut_share: float
    least_requests: int
    source: str
    form: tuple[Form, ...]


class EvidenceRules(Rule, frozen=True):
    """The file."""

    record: RecordRule
    standin: StandinRule
    rehearse: RehearseRule
    usage: UsageRule


@cache
def evidence_rules() -> EvidenceRules:
    """The built-in rules."""
    return load_record("evidence.toml", EvidenceRules)
