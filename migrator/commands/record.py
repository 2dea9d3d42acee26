"""`record`: run the user's own command, and keep what its requests were."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from migrator.errors import UsageError
from migrator.output import complain, say

if TYPE_CHECKING:
    from collections.abc import Sequence

SHOWN = 12


class Seen(msgspec.Struct, frozen=True):
    """What of a line is told."""

    site: str = ""
    model: str = ""
    error: str = ""


def record(command: Sequence[str], output: str, *, text: bool, append: bool, timeout: float | None) -> int:
    """Run it; its exit code is ours, 124 where the time was over."""
    from migrator.evidence import recorded_run as running

    file = Path(os.path.abspath(output))
    if file.exists() and file.stat().st_size and not append:
        raise UsageError(f"{output}: is there already; --append adds to it")
    try:
        file.open("ab").close()
    except OSError as error:
        raise UsageError(f"{output}: cannot be written: {error.strerror}") from None
    before = file.stat().st_size
    personal = _personal() if text else ""
    ended = running.run(command, running.environment(file, Path.cwd(), personal=personal), timeout)
    if ended.timed_out:
        complain(f"stopped after {timeout:g} s (--timeout)")
    if ended.left:
        complain(f"{ended.left} processes that the command left running were ended")
    _tell(file, before, output)
    return ended.code


def _personal() -> str:
    """What is personal in a text, as the guardrail of plans knows it."""
    from migrator.plan.plan_rules import plan_rules

    return next(guard.pattern for guard in plan_rules().guardrail if guard.id == "pii")


def _tell(file: Path, before: int, output: str) -> None:
    counts: Counter[tuple[str, str]] = Counter()
    failed = broken = 0
    with file.open("rb") as stream:
        stream.seek(before)
        for line in stream:
            try:
                seen = msgspec.json.decode(line, type=Seen)
            except msgspec.MsgspecError:
                broken += 1
                continue
            counts[seen.site, seen.model] += 1
            failed += bool(seen.error)
    say(f"{output}: {sum(counts.values()):,} requests, {failed:,} failed")
    for (site, model), count in counts.most_common(SHOWN):
        say(f"  {site or '(outside the folder)'}: {model or '?'}, {count:,}")
    if len(counts) > SHOWN:
        say(f"  and {len(counts) - SHOWN} more places and models")
    if broken:
        complain(f"{output}: {broken} lines are cut off")
    if not counts:
        say("  none was seen: python -I, -E and -S take no hook, nor do programs that are not Python's")
