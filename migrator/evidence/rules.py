"""rules/evidence.toml as typed records."""

from __future__ import annotations

from functools import cache

from migrator.rulebook import Rule
from migrator.rulefiles import load_record


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


class EvidenceRules(Rule, frozen=True):
    """The file."""

    record: RecordRule
    standin: StandinRule
    rehearse: RehearseRule


@cache
def evidence_rules() -> EvidenceRules:
    """The built-in rules."""
    return load_record("evidence.toml", EvidenceRules)
