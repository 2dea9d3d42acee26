"""The one-page team briefing: what changes for those who write the calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.report.markdown import code

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from migrator.plan.plan_records import Experiment, Plan, Target


def page(plan: Plan) -> str:
    """briefing.md."""
    return "\n".join(_lines(plan)).rstrip() + "\n"


def _lines(plan: Plan) -> Iterator[str]:
    yield "# Team briefing"
    yield ""
    yield "| | " + " | ".join(f"{t.variant}: `{t.model}`" for t in plan.targets) + " |"
    yield "| --- |" + " --- |" * len(plan.targets)
    for title, cell in _ROWS.items():
        yield f"| {title} | " + " | ".join(cell(t) for t in plan.targets) + " |"
    yield ""
    yield from _modalities(plan)
    yield from _streaming(plan)
    yield from _parameters(plan)
    yield "## Length, limits, telemetry"
    yield ""
    yield (
        "- Answers become shorter on Instant and Mini: ask for the length that is needed, and look at "
        "what parses them."
    )
    yield (
        "- Input that exceeds the new window is cut or summarised by the client; on the flagship old "
        "cuts can go."
    )
    yield "- Rate limits are requests a minute for the account: plan concurrency and back off on HTTP 429."
    yield "- Every request logs the telemetry of rollout/README.md; triggers act on it, not on impressions."
    yield ""


def _modalities(plan: Plan) -> Iterator[str]:
    yield "## Modalities"
    yield ""
    yield from (f"- `{t.model}`: {t.takes}" for t in plan.targets if t.takes)
    for e in plan.experiments:
        if any(m.images for m in e.messages):
            yield f"- Here {_places(e)} sends images, to {e.arms[1].model}."
        if "tools" in e.arms[1].request:
            yield f"- Here {_places(e)} offers tools, to {e.arms[1].model}."
    yield ""


def _streaming(plan: Plan) -> Iterator[str]:
    yield "## Streaming"
    yield ""
    yield from (f"- `{t.model}`: {t.streaming}" for t in plan.targets if t.streaming)
    streams = [e for e in plan.experiments if e.streams]
    for e in streams:
        yield (
            f"- Here {_places(e)} streams, from {e.arms[1].model} on: read events as they come, expect "
            "several "
            "tokens in one, and take the usage from the last."
        )
    if not streams:
        yield "- Here no call of an experiment streams."
    yield ""


def _places(e: Experiment) -> str:
    return ", ".join(code(f"{place.path}:{place.line}") for place in e.places)


def _parameters(plan: Plan) -> Iterator[str]:
    if not plan.parameters:
        return
    yield "## Parameters, with lines of this project"
    yield ""
    for change in plan.parameters:
        yield f"- `{change.name}` ({change.places} call{'s' if change.places != 1 else ''}): {change.what}"
        if change.example:
            yield ""
            yield "  ```diff"
            yield f"  # {change.example[0]}"
            yield from (f"  {line}" for line in change.example[1:])
            yield "  ```"
            yield ""
    yield ""


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
