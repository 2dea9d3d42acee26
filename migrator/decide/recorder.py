"""The inventory's records of a planned run: references, call sites, parameters that are left to a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.decide.documents.variables import stores_read, variables_read
from migrator.decide.recommend.costs import Costs
from migrator.decide.sites import OUTSIDE
from migrator.inventory import CallSite, Finding, Reference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.plans import Planner
    from migrator.decide.records import Judged, Site
    from migrator.decide.requests.planned_parameters import Planned
    from migrator.inventory import End
    from migrator.read.nodes import Node


DYNAMIC = "GPT55-D001"
_MANY = 6


class Recorder:
    """Makes the records of one run."""

    def __init__(self, planner: Planner) -> None:
        self.planner = planner
        self.costs = Costs(planner)

    def reference(self, one: Judged, selected: bool) -> Reference:
        """What is known about one occurrence."""
        occurrence, verdict = one.occurrence, self.planner.settled.get(one.id, one.verdict)
        variant = self.planner.variants.get(one.id, "")
        known = self.planner.engine.catalogue.catalog.variants.get(variant)
        text, replacement = occurrence.line_text, ""
        if one.node is not None:
            before, model, after = self.planner.engine.literal_parts(one)
            text = before + model + after
            if variant and len(text) < 200:
                replacement = before + self.planner.namings.written(one) + after
        unproven = "" if selected or one.suppressed else self.planner.unproven.get(one.id, "")
        return Reference(
            id=one.id,
            path=one.file.path,
            line=occurrence.line,
            column=occurrence.column,
            model=occurrence.model,
            text=text[:200],
            role=verdict.role,
            action=verdict.action,
            context=one.context,
            selected=selected,
            fingerprint=one.fingerprint,
            variant=known.guide_id if known else variant,
            replacement=replacement,
            reason="unproven" if unproven else verdict.reason,
            detail=unproven or verdict.detail,
            suppressed=one.suppressed,
            call_sites=tuple(self.planner.site_id(call) for call in one.sites),
            trail=self._trail(one),
            recommendation=self.planner.advice.get(one.id),
            held=self._held(one, selected),
            requirement=self.planner.required.get(one.id),
            end=self._end(one, verdict.action, verdict.reason),
        )

    def _held(self, one: Judged, selected: bool) -> str:
        """What keeps a change that is planned from being made."""
        if selected:
            return ""
        silenced = self.planner.engine.silencing(one.file, one.occurrence.line, one.verdict)
        if silenced is not None:
            why = f" ({silenced.why})" if silenced.why else ""
            return f"the comment in line {silenced.line} silences it{why}"
        return self.planner.held.get(one.id, "")

    def _end(self, one: Judged, action: str, reason: str) -> End | None:
        """When the model of an occurrence is shut down, where that matters to the program."""
        if action == "leave":
            return None
        engine = self.planner.engine
        azure = reason == "azure-deployment"
        return engine.catalogue.end(one.occurrence.model, engine.today, azure=azure)

    def _trail(self, one: Judged) -> tuple[str, ...]:
        """How the value gets to its calls, hop by hop."""
        if one.node is None or one.verdict.role not in ("call-argument", "default", "tokenizer"):
            return ()
        steps = []
        for use in self.planner.engine.linked.flow.uses(one.node):
            if use.kind == "argument" and use.node in one.sites:
                hops = [f"{hop.where} {hop.value}" for hop in use.trail[1:]]
                steps.append(" -> ".join([*hops, f"{use.node.where} {use.name}="]))
        return tuple(dict.fromkeys(steps))[:20]

    def call_sites(self, planned: dict[Node, list[Planned]]) -> list[CallSite]:
        """The calls that a model reaches."""
        return [
            self._call_site(site, planned[call])
            for call, site in self.planner.sites.items()
            if self._shown(site)
        ]

    def _shown(self, site: Site) -> bool:
        return bool(site.texts or site.unresolved or self.planner.by_site.get(site.call))

    def _call_site(self, site: Site, plans: list[Planned]) -> CallSite:
        call = site.call
        models = dict.fromkeys(one.occurrence.model for one in self.planner.by_site.get(call, ()))
        recommendation = self.planner.recommendations.get(call)
        prompt = self.planner.prompts.of(site) if recommendation or self.planner.by_site.get(call) else None
        return CallSite(
            id=self.planner.site_id(call),
            path=call.file.path,
            line=call.line,
            column=call.span[1] + 1,
            api=site.api,
            framework=site.receiver.library if site.receiver else "",
            models=tuple(models),
            scope=site.scope,
            vendor=site.receiver.vendor if site.receiver else "",
            signals=tuple(f"{r.rule}: {r.text}" for r in recommendation.reasons) if recommendation else (),
            recommendation=recommendation,
            parameters=tuple(plan.parameter for plan in plans),
            references=tuple(one.id for one in self.planner.by_site.get(call, ())),
            unresolved=", ".join(site.unresolved),
            prompt=prompt,
            end=self._endpoint_end(site),
            context=self.planner.engine.contexts.of(call.file.path, generated=call.file.generated),
            reached=tuple(dict.fromkeys(text for text, _ in site.texts if text)),
            cost=self.costs.of(call, prompt),
        )

    def dynamic(self) -> Iterator[Finding]:
        """Calls of which nothing in the program names the model, with what new models refuse of them."""
        everything = frozenset(self.planner.engine.catalogue.catalog.variants)
        for call, site in self.planner.sites.items():
            outside = [source for source in site.unresolved if source in OUTSIDE]
            if not self._is_open(call, site):
                continue
            named = variables_read(self.planner, call)
            kept = stores_read(self.planner, site)
            source = "a store outside the program" if kept else f"the {(*outside, OUTSIDE[0])[0]}"
            named += kept
            if not outside and not named:
                continue
            plans = self.planner.requests.plan(site, everything, frozenset())
            refused = dict.fromkeys(p.parameter.name for p in plans if p.parameter.action != "keep")
            rest = f"; new models refuse {', '.join(refused)}" if refused else ""
            by_hand = f": set {', '.join(named[:_MANY])} by hand" if named else ""
            message = f"the model comes from {source}{by_hand}{rest}"
            yield Finding(
                rule=DYNAMIC,
                path=call.file.path,
                line=call.line,
                column=call.span[1] + 1,
                message=message,
                reason="dynamic",
                call_sites=(self.planner.site_id(call),),
            )

    def _is_open(self, call: Node, site: Site) -> bool:
        """Whether a call of a known API, in code that is written, gets no model that the program names."""
        if site.receiver is None or site.receiver.call.kind == "tokenizer" or site.texts:
            return False
        if self.planner.by_site.get(call) or site.is_elsewhere:
            return False
        if any(value.text for r in self.planner.engine.linked.requests_of(call) for value in r.models):
            return False
        path, engine = call.file.path, self.planner.engine
        silenced = engine.suppressions.get(path)
        if silenced is not None and silenced.covering(call.line, DYNAMIC, "dynamic") is not None:
            return False
        return self.planner.writes(path, engine.contexts.of(path, generated=call.file.generated))

    def _endpoint_end(self, site: Site) -> End | None:
        engine = self.planner.engine
        served_at = site.receiver.call.served_at if site.receiver is not None else ""
        return engine.catalogue.endpoint_end(served_at, engine.today)

    def findings(self, planned: dict[Node, list[Planned]]) -> list[Finding]:
        """Parameters that a person must see to."""
        found = []
        for call, plans in planned.items():
            for plan in plans:
                if not plan.steps and plan.parameter.action == "review":
                    parameter = plan.parameter
                    given = plan.setting.value if plan.setting is not None else call
                    found.append(
                        Finding(
                            rule=parameter.rule,
                            path=given.file.path,
                            line=parameter.line,
                            message=f"{parameter.name}: {parameter.why}",
                            severity="warning",
                            call_sites=(self.planner.site_id(call),),
                        )
                    )
        return found
