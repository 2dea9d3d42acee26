"""Guardrails: what is wrong with an answer whatever it says, compared between the arms."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

from migrator.plan import sequential_evidence
from migrator.plan.experiment_requests import fill
from migrator.plan.grading import Scorer
from migrator.plan.report_parts import Rate, interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from migrator.inventory.prompt_records import Message
    from migrator.plan.dataset_row import Row
    from migrator.plan.pairing import Pair
    from migrator.plan.plan_records import Experiment, Guard
    from migrator.plan.results import Result


def rates(experiment: Experiment, pairs: Sequence[Pair]) -> list[Rate]:
    """How often each guardrail was tripped in both arms."""
    found = []
    for guard in experiment.guardrails:
        if guard.id == "language":
            one, two = _scripts(experiment, pairs)
        else:
            one = [bad(guard, experiment.messages, p.row, p.control, p.other) for p in pairs]
            two = [bad(guard, experiment.messages, p.row, p.other, p.control) for p in pairs]
        found.append(rate(guard.id, one, two, guard.most_more, experiment.size.alpha))
    return found


def _scripts(experiment: Experiment, pairs: Sequence[Pair]) -> tuple[list[bool], list[bool]]:
    """Answers in another script than the old model mostly uses for inputs in that script."""
    given = [script(_sent(experiment.messages, p.row, variables=True)) for p in pairs]
    usual: dict[str, Counter[str]] = {}
    for name, pair in zip(given, pairs, strict=True):
        usual.setdefault(name, Counter()).update([script(pair.control.output)])

    def odd(name: str, answer: Result) -> bool:
        return bool(answer.output) and script(answer.output) not in ("", usual[name].most_common(1)[0][0])

    return (
        [odd(name, p.control) for name, p in zip(given, pairs, strict=True)],
        [odd(name, p.other) for name, p in zip(given, pairs, strict=True)],
    )


def _sent(messages: Sequence[Message], row: Row, *, variables: bool = False) -> str:
    """What the model was sent; the row's own part alone, where there is one."""
    own = " ".join(str(value) for name, value in row.vars.items() if name != "expected")
    return own if variables and own else " ".join(fill(message.text, row.vars) for message in messages)


def form_rates(experiment: Experiment, pairs: Sequence[Pair]) -> list[Rate]:
    """Graders of form beside the primary one: how often an answer fails them."""
    found = []
    for grader in experiment.graders:
        if not grader.primary:
            score = Scorer(grader)
            one = [not score(p.row, p.control) for p in pairs]
            two = [not score(p.row, p.other) for p in pairs]
            found.append(rate(grader.id, one, two, grader.margin, experiment.size.alpha))
    return found


def rate(name: str, one: Sequence[bool], two: Sequence[bool], most: float, alpha: float) -> Rate:
    """Tested against its allowance: broken where more than that is shown."""
    more = [float(b) - float(a) for a, b in zip(one, two, strict=True)]
    return Rate(
        id=name,
        control=sum(one) / max(1, len(one)),
        treatment=sum(two) / max(1, len(two)),
        allowance=most,
        more=interval(sequential_evidence.difference_bounds(more, alpha)),
        p_broken=sequential_evidence.p_difference_above(more, most),
    )


def bad(guard: Guard, messages: Sequence[Message], row: Row, answer: Result, other: Result) -> bool:
    """Whether an answer trips a guardrail. Lengths are compared with the other arm's, both ways alike, so
    that two models that vary equally trip it equally.
    """
    if guard.id == "empty":
        return not answer.error and (
            not (answer.output.strip() or answer.tool_calls) or answer.finish in ("length", "incomplete")
        )
    if answer.error or not answer.output:
        return False
    if guard.low or guard.high:
        return _odd_length(guard, answer.output, other.output)
    if guard.id == "pii":
        sent = _sent(messages, row) + " " + _sent(messages, row, variables=True)
        return any(found.strip() not in sent for found in re.findall(guard.pattern, answer.output))
    return re.search(guard.pattern, answer.output) is not None if guard.pattern else False


def _odd_length(guard: Guard, text: str, other: str) -> bool:
    ratio = len(text) / len(other) if other else 1.0
    return ratio < guard.low or (guard.high > 0 and ratio > guard.high)


def script(text: str) -> str:
    """The script that most letters of a text are of; nothing for a text without letters."""
    names = Counter(unicodedata.name(c, "?").split()[0] for c in text[:4_000] if c.isalpha())
    return names.most_common(1)[0][0] if names else ""
