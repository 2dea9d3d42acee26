"""The one-page team briefing: what changes for those who write the calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from migrator.plan.records import Plan, Target


def lines(plan: Plan, level: int = 2) -> Iterator[str]:
    """The briefing as Markdown."""
    yield f"{'#' * level} Team briefing"
    yield ""
    yield "| | " + " | ".join(f"{t.variant}: `{t.model}`" for t in plan.targets) + " |"
    yield "| --- |" + " --- |" * len(plan.targets)
    for title, cell in _ROWS.items():
        yield f"| {title} | " + " | ".join(cell(t) for t in plan.targets) + " |"
    yield ""
    yield (
        "- Mini takes text only, Instant lightweight images: check what a call sends before its model "
        "changes."
    )
    yield (
        "- Answers become shorter on Instant and Mini: ask for the length that is needed, and look at "
        "what parses them."
    )
    yield (
        "- Input that exceeds the new window is cut or summarised by the client; on the flagship old "
        "cuts can go."
    )
    for change in plan.parameters:
        yield f"- `{change.name}` ({change.places} call{'s' if change.places != 1 else ''}): {change.what}"
    yield "- Rate limits are requests a minute for the account: plan concurrency and back off on HTTP 429."
    yield "- Every request logs the telemetry of the rollout section; triggers act on it, not on impressions."
    yield ""


def page(plan: Plan) -> str:
    """briefing.md."""
    return "\n".join(lines(plan, 1)).rstrip() + "\n"


def _number(value: float | None, unit: str = "") -> str:
    return "not stated" if value is None else f"{value:,.10g}{unit}"


_ROWS: dict[str, Callable[[Target], str]] = {
    "context window, tokens": lambda t: _number(t.context_window),
    "output cap, tokens": lambda t: _number(t.max_output),
    "USD per million tokens, in / out": lambda t: f"{_number(t.usd_in)} / {_number(t.usd_out)}",
    "requests a minute": lambda t: _number(t.requests_per_minute),
    "mean latency": lambda t: _number(t.latency_seconds, " s"),
    "input": lambda t: ", ".join(t.modalities) or "not stated",
    "streaming": lambda t: t.streaming or "not stated",
    "length of answers": lambda t: t.output_length or "not stated",
    "request defaults": lambda t: ", ".join(f"`{k}={v}`" for k, v in t.defaults.items()) or "none",
    "listed by the publisher": lambda t: "yes" if t.published else "**no**",
}
