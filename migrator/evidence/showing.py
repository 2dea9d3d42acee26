"""A rehearsal for people: the same sections on a terminal and as a page."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, NamedTuple

from migrator.report import redact, words
from migrator.report.html import page as html_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.evidence.rehearsal import Exercised, Ran, Refused, Rehearsal, Sent
    from migrator.report.style import Style

MOST = 20


class Row(NamedTuple):
    """A line, and what is said below it."""

    head: str
    below: tuple[str, ...] = ()


class Section(NamedTuple):
    """Rows under a title; `color` is how bad they are."""

    title: str
    rows: tuple[Row, ...]
    color: str = ""


def verdict(rehearsal: Rehearsal) -> str:
    """The outcome in one sentence."""
    before, after = rehearsal.before, rehearsal.after
    if rehearsal.is_cut:
        return "A run did not come to its end: nothing is said of what came behind."
    if not (before.passed or before.failed or before.skipped):
        ends = f"exit code {before.code} before, {after.code} after"
    else:
        ends = (
            f"{before.passed:,} passed before, {_failed(before)}; after: {after.passed:,}, {_failed(after)}"
        )
    count = len(rehearsal.refused)
    wrong = [words.count(count, "refusal") + " that the old models had not"] if count else []
    tests = words.count(len(rehearsal.moved), "test that fails", "tests that fail")
    wrong += [f"{tests} only after"] if rehearsal.moved else []
    sent = f"{before.requests:,} requests before, {after.requests:,} after"
    return f"{ends}. {sent}: {'; '.join(wrong) or 'nothing is worse'}."


def _failed(ran: Ran) -> str:
    return f"{ran.failed:,} failed" if ran.failed else "none failed"


def sections(rehearsal: Rehearsal) -> Iterator[Section]:
    """What there is to say, the worst first."""
    yield Section("Not a whole rehearsal", tuple(map(Row, rehearsal.problems)), "red")
    refused = tuple(_refused(site, one) for site, one in rehearsal.refused)
    yield Section("Would be refused", refused, "red")
    yield Section("Tests that fail only after", tuple(_moved(rehearsal)), "red")
    yield Section("Stopped: other addresses", tuple(_stopped(rehearsal)), "yellow")
    yield Section("Held, and right as it was rehearsed", tuple(_verdicts(rehearsal, holds=True)), "green")
    yield Section("Written or held, and refused", tuple(_verdicts(rehearsal, holds=False)), "red")
    yield Section("Models that arrive at run time", tuple(_arrived(rehearsal)), "yellow")
    yield Section("What was sent", tuple(map(_site, rehearsal.sites)))
    yield Section("Call sites never reached", tuple(map(Row, rehearsal.never)), "yellow")
    yield Section("Sent by programs without the hook", tuple(_unseen(rehearsal)), "yellow")
    yield Section("Fail before and after", tuple(map(Row, rehearsal.failing)))
    yield Section("Fail only before", tuple(map(Row, rehearsal.mended)))


def _refused(site: Exercised, one: Refused) -> Row:
    below = [f"{one.model}: {one.message}"]
    if one.came:
        below.append("from " + ", ".join(one.came))
    if one.tests:
        below.append("in " + ", ".join(one.tests[:3]))
    return Row(f"{site.place}  {words.count(one.requests, 'request')}", tuple(below))


def _moved(rehearsal: Rehearsal) -> Iterator[Row]:
    for one in rehearsal.moved:
        message = tuple(one.message.splitlines()[:3])
        patch = ("its expectation, with --write-contexts test:", *one.patch.splitlines()) if one.patch else ()
        yield Row(f"{one.test}  {one.place}", (*message, *patch))


def _stopped(rehearsal: Rehearsal) -> Iterator[Row]:
    for one in rehearsal.stopped:
        yield Row(f"{one.address}  (--allow-host {one.address})", one.places[:4])


def _verdicts(rehearsal: Rehearsal, *, holds: bool) -> Iterator[Row]:
    for one in rehearsal.verdicts:
        if one.holds == holds:
            yield Row(f"{one.place}  {one.model}", (one.why,))


def _arrived(rehearsal: Rehearsal) -> Iterator[Row]:
    for site in rehearsal.sites:
        for one in site.arrived:
            yield Row(f"{site.place}  {one.model}", (", ".join(one.came),) if one.came else ())


def _site(site: Exercised) -> Row:
    scope = f" in {site.scope}" if site.scope else ""
    joined = "  (joined by its model)" if site.joined == "model" else ""
    known = "" if site.call_site else "  (no call site that is known)"
    below = [f"before  {_sent(one)}" for one in site.before] or ["before  nothing"]
    below += [f"after   {_sent(one)}" for one in site.after] or ["after   nothing"]
    return Row(f"{site.place}{scope}{joined}{known}", tuple(below))


def _sent(one: Sent) -> str:
    shown = ", ".join(f"{name}={value}" for name, value in one.parameters.items())
    size = f"{one.requests:,} of up to {one.tokens:,} tokens"
    images = f", {words.count(one.images, 'picture')}" if one.images else ""
    return f"{one.model or '?'}  {size}{images}" + (f"  {shown}" if shown else "")


def _unseen(rehearsal: Rehearsal) -> Iterator[Row]:
    for name, ran in (("before", rehearsal.before), ("after", rehearsal.after)):
        for model, count in ran.unseen.items():
            yield Row(
                f"{name}: {model or '?'}, {words.count(count, 'request')} (batch files, other programs)"
            )


def text(rehearsal: Rehearsal, style: Style) -> str:
    """For a terminal."""
    parts = []
    for section in sections(rehearsal):
        if section.rows:
            head = f"{section.title} ({len(section.rows):,})"
            painted = style.paint(head, "bold", *filter(None, [section.color]))
            parts.append("\n".join([painted, *_lines(section)]))
    color = "red" if rehearsal.is_worse or rehearsal.is_cut else "green"
    parts.append(style.paint(verdict(rehearsal), "bold", color))
    return style.plain(redact.shown(redact.mask("\n\n".join(parts)))) + "\n"


def _lines(section: Section) -> Iterator[str]:
    for row in section.rows[:MOST]:
        yield f"  {row.head}"
        yield from (f"      {line}" for line in row.below)
    if len(section.rows) > MOST:
        yield f"  … and {len(section.rows) - MOST:,} more: --format json"


def page(rehearsal: Rehearsal) -> str:
    """One HTML file that needs nothing else."""
    command = escape(" ".join(rehearsal.command))
    body = [f"<p>{escape(verdict(rehearsal))}</p>", f"<p><code>{command}</code></p>"]
    for section in sections(rehearsal):
        if section.rows:
            rows = "\n".join(_row(row) for row in section.rows)
            is_open = " open" if section.color else ""
            head = f"{escape(section.title)} ({len(section.rows):,})"
            body.append(f"<details{is_open}><summary>{head}</summary>\n<ul>{rows}</ul></details>")
    return redact.shown(redact.mask(html_page("Rehearsal", body)))


def _row(row: Row) -> str:
    below = "".join(f"<br><code>{escape(line)}</code>" for line in row.below)
    return f"<li>{escape(row.head)}{below}</li>"
