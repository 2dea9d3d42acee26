"""From subjects to experiments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from migrator.plan import graders, sizing
from migrator.plan.arms import Arms
from migrator.plan.overrides import Overrides
from migrator.plan.plan_records import Arm, Estimate, Experiment, Grader, Limits, Place, Run, Size
from migrator.plan.subjects import uses

if TYPE_CHECKING:
    from collections.abc import Mapping

    from migrator.decide.catalogue import Catalogue
    from migrator.inventory import Recommendation
    from migrator.plan.plan_rules import PlanRules
    from migrator.plan.subjects import Subject
    from migrator.rulebook import Rulebook

CONFIDENT = 0.8
METRICS = (
    "quality: the primary grader's pass rate or mean score, treatment minus control, paired",
    "latency: the median pair's ratio and that of the 95 % quantiles against their limits; the first "
    "token where the code streams",
    "cost: the ratio of mean USD a request against its limit, from the tokens that the API reports, "
    "reasoning and "
    "cached tokens at their price",
    "output length: tokens of the answers; paired mean",
)
STOP = (
    "Budget: `ab run` sends nothing that could carry the spending over `budget_usd` or `--budget`.",
    "Errors: it stops when a first request fails, when 20 in a row fail, or more than a quarter of "
    "the last 100.",
    "Decision: looks are allowed after every pair from the {minimum}th on; `ab run` stops by itself "
    "where a bet has "
    "won enough for a go or a no-go, and you may add pairs after the planned size: the error holds "
    "for all looks "
    "together (betting e-processes, Waudby-Smith & Ramdas 2023).",
    "Void: failed requests, an old model that does not score what it should, another model than the "
    "one asked for.",
)


class Builder:
    """Builds the experiments of one plan."""

    def __init__(
        self,
        rulebook: Rulebook,
        catalogue: Catalogue,
        rules: PlanRules,
        filled: Mapping[str, int],
        overrides: Mapping[str, Overrides],
        count: int,
    ) -> None:
        self.rulebook = rulebook
        self.catalogue = catalogue
        self.rules = rules
        self.filled = filled
        self.overrides = overrides
        self.count = count
        self.arms = Arms(rulebook, catalogue, rules)
        self.titles = {use.id: use.title for use in rulebook.usecases.use}
        self.variants = {v.guide_id: name for name, v in catalogue.catalog.variants.items()}

    def build(self, name: str, subject: Subject, groups: tuple[str, ...]) -> Experiment:
        """One experiment."""
        given = self.overrides.get(name, Overrides())
        found_uses = uses(subject.site, self.rulebook)
        arms = self._arms(subject, given)
        judge = self._judge(arms)
        scored = graders.graders(graders.fit(subject.prompt, found_uses), self.rules, judge, given)
        size = sizing.size(scored[0], self.count, self.filled.get(name, 0), self.rules, given)
        run = self._run(given, arms, scored[0].judge_model)
        pricing = sizing.Pricing(self.catalogue, self.rules, run.usd_per_million)
        estimate = sizing.estimate(subject, arms, scored[0], size.pairs, run, pricing)
        if run.budget_usd is None and estimate.usd is not None:
            run = msgspec.structs.replace(run, budget_usd=max(0.01, round(estimate.usd * 1.25, 2)))
        risk = next(r for r in self.rules.risk if not r.uses or set(r.uses) & set(found_uses))
        domains = graders.domains(found_uses, self.rules)
        title = self.titles.get(found_uses[0], "Open task") if found_uses else "Open task"
        return Experiment(
            name=name,
            title=f"{title}: {subject.site.scope or 'module'} in {subject.site.path}",
            hypothesis=_hypothesis(arms, scored[0], size, estimate, self._limits(given)),
            use=found_uses[0] if found_uses else "",
            risk=risk.id,
            rank=risk.rank,
            places=tuple(Place(site=s.id, path=s.path, line=s.line, scope=s.scope) for s in subject.sites),
            endpoint=subject.prompt.endpoint,
            messages=subject.prompt.messages,
            variables=subject.prompt.variables,
            streams=subject.prompt.streams and not subject.prompt.tools,
            arms=arms,
            graders=scored,
            guardrails=graders.guardrails(self.rules),
            limits=self._limits(given),
            slices=tuple(dict.fromkeys(s for d in domains for s in d.slices)),
            size=size,
            estimate=estimate,
            run=run,
            metrics=METRICS,
            stop_rules=tuple(rule.format(minimum=self.rules.statistics.minimum_pairs) for rule in STOP),
            fill=_fill(subject, scored[0].hint, size.pairs),
            notes=tuple(self._notes(subject, arms, scored[0].judge_model)),
            compliance=tuple(dict.fromkeys(n for d in domains for n in d.notes)),
            groups=groups,
            lacks=subject.lacks if not self.filled.get(name) else (),
            content=subject.content,
        )

    def _limits(self, given: Overrides) -> Limits:
        rule = self.rules.limits
        return Limits(
            cost_ratio=given.cost_ratio or rule.cost_ratio,
            latency_ratio=given.latency_ratio or rule.latency_ratio,
            p95_ratio=given.p95_ratio or rule.p95_ratio,
            failed=rule.failed if given.failed is None else given.failed,
            served=given.served or {},
        )

    # -- arms --------------------------------------------------------------------------------------

    def _arms(self, subject: Subject, given: Overrides) -> tuple[Arm, ...]:
        variant = self.variants.get(subject.variant, subject.variant)
        arms = [
            self.arms.control(subject.prompt, subject.model),
            self.arms.target("treatment", subject.site, subject.prompt, subject.model, variant),
        ]
        other = self._challenger(subject.site.recommendation, variant)
        if other or given.challenger_model:
            arms.append(
                self.arms.target("challenger", subject.site, subject.prompt, subject.model, other or variant)
            )
        named = given.given()
        return tuple(_renamed(arm, named.get(f"{arm.name}_model")) for arm in arms)

    def _challenger(self, found: Recommendation | None, variant: str) -> str:
        """What the site alone would take, else the runner-up where confidence is low."""
        if found is None:
            return ""
        best, second = self.variants.get(found.variant, ""), self.variants.get(found.runner_up, "")
        if best and best != variant:
            return best
        return second if found.confidence < CONFIDENT and second != variant else ""

    def _judge(self, arms: tuple[Arm, ...]) -> str:
        return self.catalogue.targets.get(self.rules.judge.variant, arms[0].model)

    # -- the rest ----------------------------------------------------------------------------------

    def _run(self, given: Overrides, arms: tuple[Arm, ...], judge: str) -> Run:
        names = dict.fromkeys([*(arm.model for arm in arms), *([judge] if judge else [])])
        limits = [
            m.requests_per_minute for n in names if (m := self.catalogue.model(n)) and m.requests_per_minute
        ]
        return Run(
            budget_usd=given.budget_usd,
            concurrency=given.concurrency or self.rules.statistics.concurrency,
            requests_per_minute=given.requests_per_minute or (min(limits) // 2 if limits else None),
            retries=5 if given.retries is None else given.retries,
            timeout_seconds=given.timeout_seconds or 120.0,
            seed=given.seed or 0,
            answer_limit=given.answer_limit or self.rules.statistics.answer_limit,
            usd_per_million=sizing.prices(names, self.catalogue, given),
            most_output={
                n: m.max_output for n in names if (m := self.catalogue.model(n)) and m.max_output is not None
            },
        )

    def _notes(self, subject: Subject, arms: tuple[Arm, ...], judge: str) -> list[str]:
        notes = (
            [f"Not known from the source: {', '.join(subject.prompt.unresolved)}."]
            if subject.prompt.unresolved
            else []
        )
        if subject.prompt.via:
            notes.append(
                f"The request is made in {subject.prompt.via}; its messages and parameters are taken along."
            )
        if len(subject.sites) > 1:
            notes.append(
                f"{len(subject.sites)} call sites share this prompt and models; one experiment serves "
                f"them all."
            )
        if judge and any(arm.model == judge for arm in arms):
            notes.append(
                f"The judge {judge} is one of the models compared and may prefer itself: name another in "
                f"settings.toml, "
                f"or compare its scores with people on {self.rules.statistics.human_checks} pairs first."
            )
        elif judge:
            notes.append(
                f"Compare the judge's scores with people on {self.rules.statistics.human_checks} pairs first."
            )
        unpriced = [arm.model for arm in arms if self.catalogue.model(arm.model) is None]
        notes += [f"No price is known for {n}: set usd_per_million in settings.toml." for n in unpriced]
        return [*notes, *self._cap_notes(subject, arms)]

    def _cap_notes(self, subject: Subject, arms: tuple[Arm, ...]) -> list[str]:
        cap = subject.prompt.output_cap
        found = []
        for arm in arms[1:]:
            model = self.catalogue.model(arm.model)
            effort = sizing.effort_of(arm.request)
            if (
                cap
                and cap < 1_000
                and model is not None
                and (effort or model.default_effort) not in ("", "none")
            ):
                found.append(
                    f"{arm.model} reasons by default and may use up the cap of {cap} tokens before it "
                    f"answers: watch "
                    "the guardrail `empty`."
                )
        return found


def _renamed(arm: Arm, model: object) -> Arm:
    if not isinstance(model, str):
        return arm
    return Arm(name=arm.name, model=model, request=arm.request, changes=arm.changes, variant=arm.variant)


def _hypothesis(arms: tuple[Arm, ...], primary: Grader, size: Size, cost: Estimate, limits: Limits) -> str:
    old, new = arms[0], arms[1]
    each = {c.arm: c.usd_each for c in cost.arms}
    one, two = each.get("control"), each.get("treatment")
    money = ""
    if one and two:
        money = (
            f" By the catalogue it costs {two / one:.2g} times as much per request "
            f"(estimated: ${one:.5f} to ${two:.5f})."
        )
    return (
        f"{new.model} is not worse than {old.model} by more than {sizing.points(size.margin)} "
        f"({primary.title}); its median latency is at most {limits.latency_ratio:g} times (p95: "
        f"{limits.p95_ratio:g}) and its mean cost at most {limits.cost_ratio:g} times the old one's; "
        f"no guardrail is broken.{money}"
    )


def _fill(subject: Subject, hint: str, pairs: int) -> tuple[str, ...]:
    """How the dataset is filled."""
    names = ", ".join(f"`{v.name}` ({v.source})" for v in subject.prompt.variables) or "none"
    where = f"{subject.site.path}:{subject.site.line}"
    lines = [
        f"One line of JSON for each input. Its `vars` are {names}, as the program has them at {where}.",
        f"Take {pairs:,} real inputs from your logs, at random and from at least two weeks, not the "
        f"memorable ones; "
        "without logs, `gpt55-migrate record --text -- COMMAND` writes the requests of a run, and "
        "`gpt55-migrate ab import DIR requests.jsonl` makes rows of them.",
        "Identical inputs are asked and counted once. Pseudonymise names, addresses, numbers before "
        "the file leaves "
        "production.",
    ]
    if hint:
        lines.append(f"`expected` is {hint}.")
    if any(v.kind == "image" for v in subject.prompt.variables):
        lines.append('Image variables are https or data: addresses, or {"url": ..., "detail": "low"}.')
    alone = [m.text[2:-2] for m in subject.prompt.messages[:-1] if re.fullmatch(r"\{\{\w+\}\}", m.text)]
    if alone:
        named = ", ".join(f"`{name}`" for name in alone)
        lines.append(
            f"{named}: a text, or a list of messages as the API takes them (earlier turns; [] for none)."
        )
    lists = [v.name for v in subject.prompt.variables if subject.is_list(v)]
    if lists:
        lines.append(f"Lists as the API takes them: {', '.join(f'`{name}`' for name in lists)}.")
    lines.append(
        "`metadata` may name slices (such as language); the report compares the models slice by slice."
    )
    lines.append('The lines with `"stub": true` show the form: delete them.')
    return tuple(lines)
