"""Plots as SVG: intervals, a histogram, cumulative shares."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from migrator.plan.report_parts import Interval

WIDTH, LEFT, RIGHT, ROW = 520, 150, 20, 26
OLD, NEW, AXIS = "#7a8794", "#1f6feb", "#8b98a5"


def intervals(
    bars: Sequence[tuple[str, Interval]], marks: Sequence[tuple[float, str]], start: float | None = None
) -> str:
    """One line for each interval; marks are upright lines."""
    ends = [v for _, i in bars for v in (i.low, i.estimate, i.high) if v is not None]
    ends += [m for m, _ in marks]
    low, high = min(ends) if start is None else start, max(ends)
    room = (high - low or 1) * 0.08
    low, high = low - (room if start is None else 0), high + room
    height = ROW * (len(bars) + 1) + 26
    at = _scale(low, high)
    parts = []
    for value, name in marks:
        parts.append(_line(at(value), 18, at(value), height - 24, AXIS, dash=True))
        parts.append(_text(at(value), 12, name, "middle"))
    for place, (name, found) in enumerate(bars):
        y = 18 + ROW * (place + 0.8)
        begin, end = (low if found.low is None else found.low), (high if found.high is None else found.high)
        parts.append(_text(LEFT - 8, y + 4, name[:24], "end"))
        parts.append(_line(at(begin), y, at(end), y, NEW, width=3))
        parts.append(f'<circle cx="{at(found.estimate):.1f}" cy="{y:.1f}" r="5" fill="{NEW}"/>')
    parts += _axis(low, high, height - 24)
    return _svg(height, parts, "intervals")


def histogram(values: Sequence[float], bins: int = 21) -> str:
    """How many pairs differ by how much, from -1 to 1."""
    counts = [0] * bins
    for value in values:
        counts[min(bins - 1, max(0, int((value + 1) / 2 * bins)))] += 1
    height, top = 170, max(counts)
    at, parts = _scale(-1, 1), []
    for place, count in enumerate(counts):
        left, right = at(-1 + 2 * place / bins), at(-1 + 2 * (place + 1) / bins)
        tall = 110 * count / top
        parts.append(
            f'<rect x="{left + 1:.1f}" y="{146 - tall:.1f}" width="{right - left - 2:.1f}" '
            f'height="{tall:.1f}" fill="{NEW}"/>'
        )
        if count:
            parts.append(_text((left + right) / 2, 142 - tall, str(count), "middle", small=True))
    parts += _axis(-1, 1, 146)
    return _svg(height, parts, "histogram of paired differences")


def cumulative(old: Sequence[float], new: Sequence[float]) -> str:
    """The share of answers that came within so many seconds, on a logarithmic axis."""
    positive = [v for v in (*old, *new) if v > 0] or [1.0]
    low, high = math.log10(min(positive)), math.log10(max(positive))
    high = max(high, low + 0.1)
    at, parts = _scale(low, high), []
    for values, colour, name, place in ((old, OLD, "old", 0), (new, NEW, "new", 1)):
        ordered = sorted(v for v in values if v > 0)
        points = " ".join(
            f"{at(math.log10(v)):.1f},{146 - 120 * (i + 1) / len(ordered):.1f}" for i, v in enumerate(ordered)
        )
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(_line(20, 40 + 22 * place, 48, 40 + 22 * place, colour, width=3))
        parts.append(_text(56, 44 + 22 * place, name, "start"))
    parts += _axis(low, high, 146, lambda v: f"{10**v:.3g} s")
    parts += [_text(LEFT - 8, 30, "100 %", "end"), _text(LEFT - 8, 148, "0 %", "end")]
    return _svg(172, parts, "cumulative latency")


def _scale(low: float, high: float) -> Callable[[float], float]:
    return lambda value: LEFT + (value - low) / (high - low) * (WIDTH - LEFT - RIGHT)


def _axis(
    low: float, high: float, y: float, show: Callable[[float], str] = lambda v: f"{v:.3g}"
) -> Iterator[str]:
    at = _scale(low, high)
    yield _line(LEFT, y, WIDTH - RIGHT, y, AXIS)
    for place in range(5):
        value = low + (high - low) * place / 4
        yield _line(at(value), y, at(value), y + 4, AXIS)
        yield _text(at(value), y + 18, show(value), "middle", small=True)


def _line(
    x1: float, y1: float, x2: float, y2: float, colour: str, *, width: int = 1, dash: bool = False
) -> str:
    dashed = ' stroke-dasharray="4 3"' if dash else ""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
        f'stroke-width="{width}"{dashed}/>'
    )


def _text(x: float, y: float, text: str, anchor: str, *, small: bool = False) -> str:
    size = ' style="font-size:10px"' if small else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{size}>{escape(text)}</text>'


def _svg(height: float, parts: Sequence[str], name: str) -> str:
    return (
        f'<svg role="img" aria-label="{name}" viewBox="0 0 {WIDTH} {height:.0f}" width="{WIDTH}" '
        f'height="{height:.0f}">{"".join(parts)}</svg>'
    )
