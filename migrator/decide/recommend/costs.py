"""What one request may cost at most, before and after: by its prompt, its limits and its output cap."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from migrator.inventory.prompt_records import Cost

if TYPE_CHECKING:
    from migrator.decide.plans import Planner
    from migrator.decide.records import Bound
    from migrator.inventory.prompt_records import Prompt
    from migrator.read.nodes import Node
    from migrator.rulebook.catalog_rules import Model
    from migrator.rulebook.limit_rules import LimitRules

_VARIABLE = re.compile(r"\{\{.*?\}\}")


class _Side(NamedTuple):
    """One model and the tokens of one request to it."""

    model: Model
    tokens_in: int
    tokens_out: int

    def usd(self, rules: LimitRules) -> float:
        """The price; above the long-context threshold the whole request costs more."""
        dear = self.model.long_context_from is not None and self.tokens_in > self.model.long_context_from
        factor_in, factor_out = (rules.long_context.input, rules.long_context.output) if dear else (1.0, 1.0)
        given = self.tokens_in * (self.model.usd_in or 0.0) * factor_in
        answer = self.tokens_out * (self.model.usd_out or 0.0) * factor_out
        return round((given + answer) / 1_000_000, 6)


class Costs:
    """Estimates for one planned run."""

    def __init__(self, planner: Planner) -> None:
        self.planner = planner
        self.rules = planner.engine.rulebook.limits
        self.catalogue = planner.engine.catalogue
        self.tokens = planner.engine.tokens

    def of(self, call: Node, prompt: Prompt | None) -> Cost | None:
        """The worst case of one request at a call site; none where no known model moves there."""
        moves = [
            move
            for one in self.planner.by_site.get(call, ())
            if (move := self._move(one.id, one.occurrence.model))
        ]
        if not moves:
            return None
        constant = self.constant(prompt)
        cap = prompt.output_cap if prompt is not None else None
        bounds = [bound for bound in self.planner.additions.bounds if bound.call == call]
        sides = [self._sides(move, bounds, constant, cap) for move in moves]
        before = max((old for old, _ in sides), key=lambda side: side.usd(self.rules))
        after = max((new for _, new in sides), key=lambda side: side.usd(self.rules))
        return self._record(before, after, self._basis(bool(bounds), cap))

    def _move(self, name: str, old: str) -> tuple[Model, Model] | None:
        if name not in self.planner.variants:
            return None
        before = self.catalogue.model(old)
        after = self.catalogue.model(self.planner.engine.catalogue.target(self.planner.variants[name]))
        priced = (
            before is not None
            and after is not None
            and before.usd_in is not None
            and after.usd_in is not None
        )
        return (before, after) if priced and before is not None and after is not None else None

    def _sides(
        self, move: tuple[Model, Model], bounds: list[Bound], constant: int, cap: int | None
    ) -> tuple[_Side, _Side]:
        old, new = move
        before = constant + max((bound.before for bound in bounds), default=0)
        after = constant + max((bound.after for bound in bounds), default=0)
        answer = cap or min(self._longest(old), self._longest(new))
        return (
            _Side(old, min(before, old.context_window or before), answer),
            _Side(new, min(after, new.context_window or after), answer),
        )

    def _longest(self, model: Model) -> int:
        return model.max_output or int((model.context_window or 0) * self.rules.answer_share)

    def constant(self, prompt: Prompt | None) -> int:
        """Tokens of the texts that the code itself sends."""
        if prompt is None:
            return 0
        texts = [_VARIABLE.sub("", message.text) for message in prompt.messages]
        return self.tokens.of([*texts, prompt.response_schema])

    def _basis(self, bounded: bool, cap: int | None) -> str:
        given = "the prompt's own text and the largest input that its limits let through"
        if not bounded:
            given = "the prompt's own text; nothing bounds what is put into it, so that is not counted"
        answer = f"the output cap of {cap:,} tokens" if cap else "the longest answer that both models give"
        return f"{given}; {answer}; {self.tokens.basis}"

    def _record(self, before: _Side, after: _Side, estimate: str) -> Cost:
        moved = before[1:] != after[1:]
        return Cost(
            tokens_in=before.tokens_in,
            tokens_out=before.tokens_out,
            usd_before=before.usd(self.rules),
            usd_after=after.usd(self.rules),
            estimate=estimate,
            tokens_in_after=after.tokens_in if moved else 0,
            tokens_out_after=after.tokens_out if moved else 0,
            seconds_before=before.model.latency_seconds or 0.0,
            seconds_after=after.model.latency_seconds or 0.0,
        )

    def input_usd(self, model: Model, tokens: int) -> float:
        """The price of so many tokens of input."""
        return _Side(model, tokens, 0).usd(self.rules)

    def output_usd(self, model: Model, tokens: int) -> float:
        """The price of so many tokens of an answer."""
        return _Side(model, 0, tokens).usd(self.rules)
