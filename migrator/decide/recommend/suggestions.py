"""Better architectures (rules/suggestions.toml) as findings, each at its place in the code."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from migrator.decide.records import Additions, sends
from migrator.inventory import Finding
from migrator.read.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.linked import Linked
    from migrator.decide.plans import Planner
    from migrator.inventory import Recommendation
    from migrator.inventory.prompt_records import Prompt
    from migrator.read.nodes import Node
    from migrator.rulebook.advice_rules import Suggestion

_HANDLED = {"web-handler", "message-handler", "dialogue-loop"}
_REPEATED = {"web-handler", "message-handler", "loop", "pool", "queue-task"}
_READERS = (
    ".read()",
    ".read_text(",
    "extract_text(",
    ".transcript",
    "load_document",
    "page_content",
    ".pages",
)
_CHOOSING = 100
"""An answer of so many tokens is a choice or a label, worth keeping."""


class Seen(NamedTuple):
    """A call that moves: its variant, its prompt, the forms of the code around it, and what it is for."""

    call: Node
    variant: str
    prompt: Prompt
    forms: frozenset[str]
    uses: frozenset[str]


def suggestions(planner: Planner) -> Additions:
    """One finding for each rule and place."""
    seen = list(_seen(planner))
    found: list[Finding] = []
    for rule in planner.engine.rulebook.suggestions:
        if rule.shape == "split":
            found += _splits(planner, rule)
        else:
            for one in (one for one in seen if not rule.uses or one.uses & set(rule.uses)):
                told = _CHECKS[rule.shape](planner, rule, one, seen)
                if told is not None and planner.written(one.call.file.path, one.call.line, rule.id):
                    found.append(_finding(planner, rule, one.call, told))
    unique = {(finding.rule, finding.path, finding.line): finding for finding in found}
    return Additions(findings=list(unique.values()))


def _seen(planner: Planner) -> Iterator[Seen]:
    near, wording = planner.engine.surroundings.neighbours, planner.engine.surroundings.wording
    for call in planner.recommendations:
        site = planner.sites[call]
        variants = {planner.variants[one.id] for one in planner.by_site[call] if one.id in planner.variants}
        if len(variants) == 1 and sends(site):
            forms = frozenset(piece.text for piece in near.forms(call))
            uses = _uses(planner.recommendations[call])
            yield Seen(call, variants.pop(), wording.prompt(site), forms, uses)


def _uses(advice: Recommendation) -> frozenset[str]:
    """What a call is mostly for: the use that weighs most, and those that weigh half as much."""
    weights: dict[str, float] = defaultdict(float)
    for reason in advice.reasons:
        weights[reason.rule.partition(".")[0]] += max(reason.weight, 0.0)
    weights.pop("prior", None)
    most = max(weights.values(), default=0.0)
    return frozenset(use for use, weight in weights.items() if weight and weight >= most / 2)


def _finding(planner: Planner, rule: Suggestion, call: Node, values: dict[str, object]) -> Finding:
    sites = (planner.site_id(call),) if call in planner.sites else ()
    return Finding(
        rule=rule.id,
        path=call.file.path,
        line=call.line,
        message=f"{rule.title}: {rule.message.format(**values)}",
        severity=rule.severity,
        call_sites=sites,
    )


# -- one check a shape: what the message names, or none --------------------------------------------


def _tiered(planner: Planner, rule: Suggestion, one: Seen, seen: list[Seen]) -> dict[str, object] | None:
    beside = any(other.call.file is one.call.file and other.variant == "mini" for other in seen)
    if one.variant == "mini" or beside or not one.forms & _HANDLED:
        return None
    return {"variant": _target(planner, one.variant)}


def _cached(planner: Planner, rule: Suggestion, one: Seen, seen: list[Seen]) -> dict[str, object] | None:
    chooses = (one.prompt.output_cap or _CHOOSING + 1) <= _CHOOSING or one.prompt.request.get(
        "temperature"
    ) in ("0", "0.0")
    function = planner.engine.surroundings.neighbours.function(one.call)
    if (
        not chooses
        or not one.forms & _REPEATED
        or function is None
        or _keeps(planner.engine.linked, function)
    ):
        return None
    return {}


def _keeps(linked: Linked, function: Node) -> bool:
    names = [last_name(d.child("func") if d.kind == "Call" else d) for d in function.all("decorator_list")]
    stored = any(
        "cache" in str(n.value).lower() for n in function.descendants() if n.kind in ("Name", "Attribute")
    )
    return stored or any(linked.names("cache-decorator", name) for name in names)


def _chunks(planner: Planner, rule: Suggestion, one: Seen, seen: list[Seen]) -> dict[str, object] | None:
    reads = any(reader in variable.source for variable in one.prompt.variables for reader in _READERS)
    if one.variant == "flagship" or not reads:
        return None
    model = planner.engine.catalogue.model(_target(planner, one.variant))
    return {"variant": _target(planner, one.variant), "window": (model.context_window if model else 0) or 0}


def _fallback(planner: Planner, rule: Suggestion, one: Seen, seen: list[Seen]) -> dict[str, object] | None:
    if one.variant != "flagship" or not one.forms & _HANDLED or one.call.keyword("fallbacks") is not None:
        return None
    function = planner.engine.surroundings.neighbours.function(one.call)
    if function is not None and any(node.kind == "ExceptHandler" for node in function.descendants()):
        return None
    return {"variant": _target(planner, one.variant)}


def _rate(planner: Planner, rule: Suggestion, one: Seen, seen: list[Seen]) -> dict[str, object] | None:
    found = planner.engine.constraints.rate(one.call, one.variant)
    if found is None or found.requests < (rule.bound or 1.0) * found.limit:
        return None
    target = _target(planner, one.variant)
    return {"workers": found.workers, "rate": round(found.requests), "limit": found.limit, "variant": target}


def _endpoint(planner: Planner, rule: Suggestion, one: Seen, seen: list[Seen]) -> dict[str, object] | None:
    site = planner.sites[one.call]
    told = planner.engine.constraints.unserved(site, one.variant)
    note = site.receiver.call.note if site.receiver is not None else ""
    return {"why": told, "note": f" ({note})" if note else ""} if told else None


_CHECKS = {
    "tiered": _tiered,
    "cache": _cached,
    "chunks": _chunks,
    "fallback": _fallback,
    "rate": _rate,
    "endpoint": _endpoint,
}


def _splits(planner: Planner, rule: Suggestion) -> Iterator[Finding]:
    """Literals whose calls, each by itself and surely, want different variants."""
    for one in planner.judged:
        if one.id not in planner.variants or one.node is None or len(one.sites) < 2:
            continue
        wants = planner.engine.needs(one, [planner.sites[call] for call in one.sites])
        if len(wants) > 1 and planner.written(one.file.path, one.occurrence.line, rule.id):
            written = {v.guide_id: v.id for v in planner.engine.catalogue.catalog.variants.values()}
            text = ", ".join(f"{written[variant]} at {site.call.where}" for variant, site in wants.items())
            yield _finding(planner, rule, one.node, {"wants": text})


def _target(planner: Planner, variant: str) -> str:
    return planner.engine.catalogue.targets.get(variant, variant)
