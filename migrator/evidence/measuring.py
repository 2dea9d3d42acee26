"""What measured figures say of a call site: money, limits, and which variant they need."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from migrator.evidence.evidence_rules import evidence_rules
from migrator.inventory import CallSite, Finding, Reason
from migrator.inventory.usage_records import Measured, Spent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from migrator.evidence.tally import Tally
    from migrator.inventory import Inventory, Recommendation
    from migrator.rulebook.catalog_rules import Catalog, Model

RULE, RULE_CUT, RULE_RATE = "GPT55-E003", "GPT55-E004", "GPT55-E005"
MONTH = 30.0
ORDER = ("mini", "instant", "flagship")


class Prices:
    """Figures of the catalogue's models, and what tokens cost with them."""

    def __init__(self, catalog: Catalog) -> None:
        self.models = {model.id: model for model in catalog.models}
        self.targets = {one.guide_id: one.id for one in catalog.variants.values()}
        self.by_name = {name: one.guide_id for name, one in catalog.variants.items()}

    def model(self, name: str) -> Model | None:
        """A model by its id, without a vendor's prefix; a snapshot is its family's."""
        bare = name.rpartition("/")[2]
        return self.models.get(bare) or self.models.get(bare[: -len("-2024-01-01")])

    def target(self, variant: str) -> Model | None:
        """The model that a recommendation means."""
        return self.models.get(self.targets.get(variant, ""))

    def usd(self, model: Model | None, tally: Tally) -> float:
        """The price of a tally's tokens; 0 where none is known."""
        if model is None or model.usd_in is None:
            return 0.0
        cached = min(tally.tokens_cached, tally.tokens_in)
        cheap = model.usd_cached if model.usd_cached is not None else model.usd_in
        total = (tally.tokens_in - cached) * model.usd_in + cached * cheap
        return (total + tally.tokens_out * (model.usd_out or 0.0)) / 1e6

    def month(self, tally: Tally, variant: str) -> tuple[float, float]:
        """A month's USD as it was and as it would be; what was billed counts where it is there."""
        model = self.model(max(tally.models, key=lambda name: tally.models[name], default=""))
        scale = MONTH / tally.days
        billed = tally.usd * tally.requests / tally.billed if tally.billed else self.usd(model, tally)
        after = self.usd(self.target(variant), tally) if variant else billed
        return round(billed * scale, 2), round(after * scale, 2)

    def spent(self, name: str, tally: Tally) -> Spent:
        """The same of requests that belong to no call site: they stay as they are."""
        before, after = self.month(tally, "")
        return Spent(name=name, requests=tally.requests, usd_before=before, usd_after=after)


def measured(site: CallSite, tally: Tally, prices: Prices) -> CallSite:
    """The call site with its figures, and with them first in its ledger."""
    advice = site.recommendation
    before, after = prices.month(tally, advice.variant if advice else "")
    found = Measured(
        requests=tally.requests,
        failed=tally.failed,
        joined=dict(tally.methods),
        models=dict(tally.models.most_common(12)),
        days=round(tally.days, 2),
        tokens_in=tally.tokens_in,
        tokens_out=tally.tokens_out,
        tokens_cached=tally.tokens_cached,
        in_p50=round(tally.inputs.quantile(0.5)),
        in_p95=round(tally.inputs.quantile(0.95)),
        in_most=round(tally.inputs.most),
        out_p50=round(tally.outputs.quantile(0.5)),
        out_p95=round(tally.outputs.quantile(0.95)),
        seconds_p50=round(tally.seconds.quantile(0.5), 3),
        seconds_p95=round(tally.seconds.quantile(0.95), 3),
        peak=tally.peak,
        images=tally.images,
        usd_before=before,
        usd_after=after,
    )
    if advice is not None:
        reasons = (*_reasons(found, prices.target(advice.variant)), *advice.reasons)
        advice = msgspec.structs.replace(advice, reasons=reasons)
    return msgspec.structs.replace(site, measured=found, recommendation=advice)


def unseen(site: CallSite) -> CallSite:
    """A call site that no record is of, whose ledger says so."""
    advice = site.recommendation
    if advice is None:
        return site
    reason = Reason(rule=RULE, text="measured: no usage record is of this call")
    advice = msgspec.structs.replace(advice, reasons=(reason, *advice.reasons))
    return msgspec.structs.replace(site, recommendation=advice)


def _reasons(found: Measured, target: Model | None) -> Iterator[Reason]:
    joined = ", ".join(f"{count:,} by {method}" for method, count in found.joined.items())
    yield Reason(rule=RULE, text=f"measured: {found.requests:,} requests in {found.days:g} days ({joined})")
    if found.in_p95 and target is not None and target.context_window:
        share = found.in_p95 / target.context_window
        yield Reason(
            rule=RULE,
            text=f"measured: p95 input {found.in_p95:,} tokens, {share:.1%} of the window of {target.id}",
        )
    if target is not None and target.requests_per_minute and found.peak:
        limit = target.requests_per_minute
        yield Reason(rule=RULE, text=f"measured: at most {found.peak:,} requests a minute of {limit:,}")


def findings(inventory: Inventory, prices: Prices) -> Iterator[Finding]:
    """What measured figures say against a call site's limits."""
    rules = evidence_rules().usage
    for site in inventory.call_sites:
        found, advice = site.measured, site.recommendation
        if found is None or found.requests < rules.least_requests:
            continue
        cap = site.prompt.output_cap if site.prompt is not None else None
        if cap and found.out_p95 >= cap * rules.cut_share:
            text = f"measured: p95 of the answers is {found.out_p95:,} of at most {cap:,}: they are cut off"
            yield _finding(RULE_CUT, site, text)
        target = prices.target(advice.variant) if advice is not None else None
        if target is not None and target.requests_per_minute and found.peak > target.requests_per_minute:
            most = target.requests_per_minute
            text = f"measured: {found.peak:,} requests in one minute; {target.id} takes {most:,}"
            yield _finding(RULE_RATE, site, text)


def _finding(rule: str, site: CallSite, text: str) -> Finding:
    return Finding(rule=rule, path=site.path, line=site.line, message=text, call_sites=(site.id,))


def needs(inventory: Inventory, prices: Prices) -> dict[str, tuple[str, str]]:
    """Variants that measured figures ask for, where others are recommended: by call site, with why."""
    rules = evidence_rules().usage
    found: dict[str, tuple[str, str]] = {}
    for site in inventory.call_sites:
        seen, advice = site.measured, site.recommendation
        if seen is None or advice is None or seen.requests < rules.least_requests:
            continue
        wanted, why = _needed(seen, advice.variant, prices, rules.window_share)
        if wanted:
            found[f"{site.path}:{site.line}"] = (wanted, why)
    return found


def _needed(seen: Measured, variant: str, prices: Prices, share: float) -> tuple[str, str]:
    """The smallest variant that takes what was sent, where the recommended one does not."""
    why = ""
    for name in ORDER[_rank(variant, prices) :]:
        model = prices.target(prices.by_name.get(name, ""))
        if model is None:
            continue
        if seen.in_p95 > (model.max_input or model.context_window or seen.in_p95) * share:
            why = why or f"measured: p95 input {seen.in_p95:,} tokens is more than {model.id} takes"
        elif seen.images and not model.takes_pictures():
            why = why or f"measured: {seen.images:,} pictures, and {model.id} takes text only"
        else:
            return (name, why) if why else ("", "")
    return "", ""


def _rank(variant: str, prices: Prices) -> int:
    names = [name for name in ORDER if prices.by_name.get(name) == variant]
    return ORDER.index(names[0]) if names else len(ORDER)


def told(inventory: Inventory, wanted: Mapping[str, tuple[str, str]]) -> Inventory:
    """The inventory, whose choices by measured figures say so."""
    texts = {f"the settings pin {place}": why for place, (_, why) in wanted.items()}
    replace = msgspec.structs.replace

    def said(advice: Recommendation | None) -> Recommendation | None:
        if advice is None:
            return None
        reasons = tuple(
            replace(one, rule=RULE, text=texts[one.text]) if one.text in texts else one
            for one in advice.reasons
        )
        return replace(advice, reasons=reasons)

    sites = tuple(replace(s, recommendation=said(s.recommendation)) for s in inventory.call_sites)
    references = tuple(replace(r, recommendation=said(r.recommendation)) for r in inventory.references)
    edits = tuple(replace(e, why=_reworded(e.why, texts)) for e in inventory.edits)
    return replace(inventory, call_sites=sites, references=references, edits=edits)


def _reworded(why: str, texts: Mapping[str, str]) -> str:
    for pinned, text in texts.items():
        if why.endswith(pinned):
            return why[: -len(pinned)] + text
    return why


def judged(inventory: Inventory, prices: Prices) -> Inventory:
    """The inventory with what measured figures say against limits."""
    more = tuple(findings(inventory, prices))
    return msgspec.structs.replace(inventory, findings=(*inventory.findings, *more))


def first_to_move(inventory: Inventory, seen: Sequence[CallSite]) -> Iterable[str]:
    """Measured call sites whose change is safe, and sure; the least money at stake first."""
    made = [edit for edit in inventory.edits if edit.selected]
    unsafe = {site for edit in made if edit.safety != "safe" for site in edit.call_sites}
    written = {site for edit in made for site in edit.call_sites}
    safe = [
        site
        for site in seen
        if site.id in written - unsafe
        and site.recommendation is not None
        and site.recommendation.band in ("high", "medium", "")
    ]
    ordered = sorted(safe, key=lambda site: (site.measured.usd_before if site.measured else 0.0, site.path))
    return [f"{site.path}:{site.line}" for site in ordered]
