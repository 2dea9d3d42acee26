"""Every occurrence of a run with its verdict, and the call sites that they feed."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from typing import TYPE_CHECKING

from migrator.decide.records import Judged, qualified
from migrator.stages import told

if TYPE_CHECKING:
    from migrator.decide.engine import Engine
    from migrator.decide.records import Site
    from migrator.inventory import Context
    from migrator.read.facts import Occurrence
    from migrator.read.nodes import FileFacts, Node


def judge_all(engine: Engine) -> list[Judged]:
    """The verdicts on all occurrences, file by file."""
    found = []
    files = engine.linked.project.files.values()
    if any(file.occurrences for file in files):
        engine.linked.settle()
    for file in told("Deciding", files):
        context = engine.contexts.of(file.path, generated=file.generated)
        counts: dict[str, int] = defaultdict(int)
        for occurrence in file.occurrences:
            found.append(_judge(engine, file, occurrence, context, counts))
    return found


def _judge(
    engine: Engine, file: FileFacts, occurrence: Occurrence, context: Context, counts: dict[str, int]
) -> Judged:
    verdict = engine.classifier.verdict(file, occurrence, context)
    if context == "generated" and verdict.action in ("rewrite", "extend"):
        verdict = verdict._replace(
            action="extend" if verdict.action == "extend" else "review", reason="generated-file"
        )
    node = file.node(occurrence.node) if occurrence.node >= 0 else None
    scope = qualified(node) if node is not None else ""
    key = f"{file.path}|{scope}|{occurrence.model}|{verdict.role}"
    counts[key] += 1
    fingerprint = hashlib.sha256(f"{key}|{counts[key]}".encode()).hexdigest()[:16]
    silenced = engine.silencing(file, occurrence.line, verdict) is not None
    return Judged(f"r-{fingerprint[:10]}", file, occurrence, context, verdict, fingerprint, (), silenced)


def link(engine: Engine, judged: list[Judged]) -> dict[Node, Site]:
    """Every call site; references get theirs from both directions."""
    sites = {site.call: site for site in engine.sites.recognised()}
    for site in engine.sites.recorded(sites):
        sites[site.call] = site
    behind, given = _behind(engine, sites), _given(engine)
    known = {part for parts in given.values() for part in parts}
    for at, one in enumerate(judged):
        if one.node is None or one.verdict.action == "leave":
            continue
        reached = [*behind.get(one.node, ())]
        if one.verdict.role in ("call-argument", "default"):
            reached += _forward(engine, one.node, sites)
        if one.node in known:
            reached = [call for call in reached if call not in given or one.node in given[call]]
        unique = tuple(sorted(dict.fromkeys(reached), key=lambda n: (n.file.path, n.index)))
        judged[at] = one._replace(sites=unique)
    return sites


def _behind(engine: Engine, sites: dict[Node, Site]) -> dict[Node, list[Node]]:
    """By literal, the calls whose model is made of it."""
    found: dict[Node, list[Node]] = defaultdict(list)
    for site in sites.values():
        for _text, node in site.texts:
            found[node].append(site.call)
    for call, requests in engine.linked.requests.items():
        for node in {part for request in requests for v in request.models for part in v.more}:
            found[node].append(call)
    return found


def _given(engine: Engine) -> dict[Node, set[Node]]:
    """The literals that the models of a call are made of, caller by caller, where none of these is cut."""
    found: dict[Node, set[Node]] = {}
    for call, requests in engine.linked.requests.items():
        models = [value for request in requests for value in request.models]
        if requests and all(request.models for request in requests) and not any(v.is_cut for v in models):
            found[call] = {part for value in models for part in value.more or (value.node,)}
    return found


def _forward(engine: Engine, node: Node, sites: dict[Node, Site]) -> list[Node]:
    """The calls that a literal is given to; those that no rule recognises become sites."""
    found = []
    for call, receiver in engine.linked.ends(node).sites:
        if call not in sites:
            if receiver is not None and receiver.call.kind == "tokenizer":
                continue
            sites[call] = engine.sites.resolved(call, receiver, engine.linked.models_given(call))
        found.append(call)
    return found
