"""What a limit becomes when the model behind it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from migrator.rulebook.catalog_rules import Model
    from migrator.rulebook.limit_rules import LimitRules

Move = tuple["Model", "Model"]
"""The model that a limit was sized for, and the one that takes its place."""


class Resized(NamedTuple):
    """What becomes of a limit: the new value (none: it stays), and why."""

    action: Literal["raise", "lower", "keep", "review"]
    new: int | None
    why: str
    model: str = ""


class _Fit(NamedTuple):
    """One move's figures for a limit: the old bound that it lies under, and what takes that bound's place."""

    old: int
    new: int
    shrinks: bool
    move: Move


class Resizer:
    """Resizes by one rule file; `long_context`: raise beyond the threshold where prices grow."""

    def __init__(self, rules: LimitRules, *, long_context: bool = False) -> None:
        self.rules = rules
        self.long_context = long_context

    def input(self, value: int, moves: Sequence[Move], *, from_share: float, scaled: bool = False) -> Resized:
        """A bound in tokens on what is sent; `scaled` keeps its share, not its reserve."""
        fits = [fit for move in moves if (fit := self._fit(value, move)) is not None]
        if not fits:
            return Resized("keep", None, "no window of the models that it serves is known")
        tightest = min(fits, key=lambda fit: (fit.new, fit.old))
        if any(fit.shrinks and value > fit.new for fit in fits):
            return self._lowered(value, fits, tightest)
        return self._raised(value, fits, from_share, scaled)

    def _fit(self, value: int, move: Move) -> _Fit | None:
        old, new = move
        if old.context_window is None or new.context_window is None:
            return None
        room = old.max_input if old.max_input is not None else old.context_window
        if value <= room * self.rules.rounding and room < old.context_window:
            target = self.room(new)
            return _Fit(room, target, target < room, move)
        target = new.context_window
        if room == old.context_window:
            target = min(target, new.max_input or target)
        shrinks = new.context_window < old.context_window
        return _Fit(old.context_window, target, shrinks, move)

    def room(self, model: Model) -> int:
        """What a model takes beside an answer of full length."""
        assert model.context_window is not None
        if model.max_input is not None:
            return model.max_input
        answer = model.max_output or int(model.context_window * self.rules.answer_share)
        return model.context_window - answer

    def _lowered(self, value: int, fits: Sequence[_Fit], tightest: _Fit) -> Resized:
        kept = min(fit.new - max(fit.old - value, 0) for fit in fits)
        share = value / tightest.old
        if share < self.rules.forced_from:
            kept = tightest.new
        new = kept if kept >= tightest.new / 2 else int(tightest.new * min(share, 1.0))
        target = tightest.move[1]
        why = f"{target.id} takes {tightest.new:,} tokens, {_ids(fits, tightest.old)} {tightest.old:,}"
        return Resized("lower", new, why, target.id)

    def _raised(self, value: int, fits: Sequence[_Fit], from_share: float, scaled: bool) -> Resized:
        under = [fit for fit in fits if value <= fit.old * self.rules.rounding]
        binding = min(under, key=lambda fit: fit.old, default=None)
        if binding is None:
            return Resized("keep", None, "above every window of the models that it serves")
        share = value / binding.old
        if share < from_share:
            why = f"the author's own: {share:.0%} of the old window of {binding.old:,} tokens"
            return Resized("keep", None, why)
        if scaled:
            new = int(min(fit.new for fit in fits) * min(share, 1.0))
        else:
            new = min(fit.new for fit in fits) - max(binding.old - value, 0)
        return self._stopped(value, new, binding, fits)

    def _stopped(self, value: int, new: int, binding: _Fit, fits: Sequence[_Fit]) -> Resized:
        dearer = [fit.move[1].long_context_from for fit in fits if fit.move[1].long_context_from is not None]
        note = ""
        if dearer and not self.long_context and new > min(dearer):
            new = min(dearer)
            note = f"; stops at {new:,}, above which a request costs more (`long-context` lifts this)"
        target = min(fits, key=lambda fit: fit.new).move[1]
        if new <= value:
            return Resized("keep", None, f"{target.id} takes no more than it bounds already{note}")
        why = f"forced by the {binding.old:,} tokens of {_ids(fits, binding.old)}"
        why += f"; {target.id} takes {target.context_window:,}"
        return Resized("raise", new, why + note, target.id)

    def remainder(self, found: Resized, moves: Sequence[Move]) -> Resized:
        """A raise of a window of which an answer is given what the prompt leaves, as its cap."""
        known = [new.max_output for _, new in moves if new.max_output is not None]
        if found.action != "raise" or found.new is None or not known or found.new <= min(known):
            return found
        why = f"what a prompt leaves of it caps the answer, and {found.model} answers with at most "
        return Resized("keep", None, f"{why}{min(known):,} tokens")

    def output(self, value: int, moves: Sequence[Move], *, derived: bool) -> Resized:
        """A bound on the answer; `derived`: it is the old model's maximum, not a wish."""
        ceilings = [new.max_output for _, new in moves]
        known = [ceiling for ceiling in ceilings if ceiling is not None]
        if known and value > min(known):
            return Resized("lower", min(known), f"the new model answers with at most {min(known):,} tokens")
        if not derived or not any(old.max_output == value for old, _ in moves):
            return Resized("keep", None, "an output cap keeps its value")
        if len(known) < len(ceilings) or min(known) <= value:
            return Resized("keep", None, "no greater maximum is known for the new model")
        why = f"the old model's maximum; the new one answers with up to {min(known):,} tokens"
        return Resized("raise", min(known), why)


def _ids(fits: Iterable[_Fit], old: int) -> str:
    return " and ".join(dict.fromkeys(fit.move[0].id for fit in fits if fit.old == old))
