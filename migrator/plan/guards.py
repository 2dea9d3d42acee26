"""Guardrails: what is wrong with an answer whatever it says, compared between the arms."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

from migrator.plan.bodies import fill

if TYPE_CHECKING:
    from collections.abc import Sequence

    from migrator.inventory import Message
    from migrator.plan.dataset import Row
    from migrator.plan.records import Guard
    from migrator.plan.results import Result


def bad(guard: Guard, messages: Sequence[Message], row: Row, answer: Result, control: Result) -> bool:
    """Whether an answer trips a guardrail; some compare it with the control's."""
    if guard.id == "empty":
        return not answer.error and (
            not (answer.output.strip() or answer.tool_calls) or answer.finish in ("length", "incomplete")
        )
    if answer.error or not answer.output:
        return False
    if guard.id == "length":
        return _odd_length(guard, answer.output, control.output)
    if guard.id == "language":
        return bool(control.output) and script(answer.output) != script(control.output)
    if guard.id == "pii":
        sent = " ".join(fill(message.text, row.vars) for message in messages)
        return any(found.strip() not in sent for found in re.findall(guard.pattern, answer.output))
    return re.search(guard.pattern, answer.output) is not None if guard.pattern else False


def _odd_length(guard: Guard, text: str, other: str) -> bool:
    return bool(other) and not guard.low <= len(text) / len(other) <= guard.high


def script(text: str) -> str:
    """The script that most letters of a text are of; nothing for a text without letters."""
    names = Counter(unicodedata.name(c, "?").split()[0] for c in text[:4_000] if c.isalpha())
    return names.most_common(1)[0][0] if names else ""
