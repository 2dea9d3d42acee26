"""The report over all repositories for people: Markdown and one HTML file, from the same sections."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, NamedTuple

from migrator.report import words
from migrator.report.html import page
from migrator.report.redact import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from migrator.fleet.overview import Group, Overview

_FEW = 50
"""Rows of a list in Markdown; HTML and the tables have all."""


class Section(NamedTuple):
    """A heading, a sentence, and a table."""

    title: str
    text: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    is_open: bool = True


def markdown(overview: Overview) -> str:
    """For a wiki or a pull request."""
    parts = [f"# {_title(overview)}", *_lead(overview)]
    for section in _sections(overview):
        parts.append(f"## {section.title}")
        parts += [section.text] if section.text else []
        lines = [_row(section.head), _row(["---"] * len(section.head)), *map(_row, section.rows[:_FEW])]
        more = len(section.rows) - _FEW
        parts.append("\n".join(lines))
        parts += [f"And {more:,} more: see report.html and the tables."] if more > 0 else []
    return shown("\n\n".join(parts)) + "\n"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(_plain(cell) for cell in cells)} |"


def _plain(text: str) -> str:
    for mark in "\\|`*_<>[]":
        text = text.replace(mark, f"\\{mark}") if mark != "<" else text.replace("<", "&lt;")
    return " ".join(text.split())


def html(overview: Overview) -> str:
    """One file without script, that loads nothing."""
    parts = [f"<p>{escape(line)}</p>" for line in _lead(overview)]
    for section in _sections(overview):
        rows = "\n".join(
            f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in section.rows
        )
        head = "".join(f"<th>{escape(cell)}</th>" for cell in section.head)
        table = f"<table><tr>{head}</tr>\n{rows}\n</table>"
        name = f"{escape(section.title)} ({len(section.rows):,})"
        text = f"<p>{escape(section.text)}</p>\n" if section.text else ""
        mark = " open" if section.is_open else ""
        parts.append(f"<details{mark}><summary>{name}</summary>\n{text}{table}\n</details>")
    return shown(page(_title(overview), parts))


def _title(overview: Overview) -> str:
    count = words.count(len(overview.repositories), "repository", "repositories")
    return f"Move of {count} to {overview.catalog}"


def _lead(overview: Overview) -> Iterator[str]:
    lines = overview.repositories
    touched = sum(bool(line.places) for line in lines)
    states = ", ".join(f"{count:,} {status}" for status, count in sorted(overview.statuses.items()))
    yield f"{overview.made}: {states}. {touched:,} name an old model."
    written, held = sum(line.written for line in lines), sum(line.held for line in lines)
    places = sum(line.places for line in lines)
    later = sum(line.later for line in lines)
    yield (
        f"{words.count(places, 'place')}: {written:,} would be written, {later:,} once packages that they "
        f"come through change, {held:,} wait for a person; "
        f"{words.count(sum(line.edits for line in lines), 'edit')} in all, "
        f"{sum(line.unsafe for line in lines):,} of them may change behaviour beyond the model."
    )
    unread = sum(line.unread for line in lines)
    if unread:
        yield f"{words.count(unread, 'file')} could not be read: see inventory.json of each repository."
    before, after = sum(line.usd_before for line in lines), sum(line.usd_after for line in lines)
    if before or after:
        yield f"One request at every call site, at worst: {words.usd(before)} → {words.usd(after)}."
    for what, counts in (
        ("Left out of the list", overview.left_out),
        ("Not looked at", overview.not_looked_at),
    ):
        if counts:
            yield f"{what}: {', '.join(f'{count:,} {kind}' for kind, count in counts.items())}."
    for name, makers in overview.ambiguous.items():
        yield f"{name} is made by {' and '.join(makers)}: it is followed to neither."


def _sections(overview: Overview) -> Iterator[Section]:
    made = (
        Section("Failed", "", ("repository", "reason", "what to do"), list(_failed(overview))),
        Section("Waves", _WAVES, ("wave", "repositories", "edits", "held", "first end", "what to do"),
                list(_waves(overview))),
        Section("Changed once, used by many", _SHARED,
                ("place", "now", "becomes", "users", "files that import it", "calls there", "edits there",
                 "held by"), list(_shared(overview))),
        *(Section(title, text, _HEAD, list(_groups(groups)))
          for title, text, groups in (
              ("Old models", "", overview.models), ("Owners", "By CODEOWNERS.", overview.owners),
              ("Frameworks", "", overview.frameworks), ("Variants recommended", "", overview.variants),
              ("Risk", "The riskiest use in each repository.", overview.risks))),
        Section("Causes", "What places wait for.", ("cause", "places", "repositories"),
                [(g.name, f"{g.places:,}", f"{g.repositories:,}") for g in overview.causes]),
        Section("Repositories", "", _REPOSITORY, list(_repositories(overview)), is_open=False),
    )  # fmt: skip
    return (section for section in made if section.rows)


_WAVES = "In order; within a wave the model that ends first comes first."
_SHARED = (
    "A default or a constant of a package that other repositories here install. Release the package, then "
    "raise its version there, together with changes-with-packages.patch where edits are needed."
)
_HEAD = (
    "", "repositories", "places", "written", "with packages", "held", "USD before", "USD after", "ends",
    "days left"
)  # fmt: skip
_REPOSITORY = (
    "repository",
    "wave",
    "places",
    "written",
    "held",
    "edits",
    "unsafe",
    "ends",
    "days left",
    "owners",
)


def _failed(overview: Overview) -> Iterator[Sequence[str]]:
    for line in overview.repositories:
        if line.status == "failed":
            yield line.name, line.reason, line.message


def _waves(overview: Overview) -> Iterator[Sequence[str]]:
    for wave in overview.waves:
        count = f"{len(wave.repositories):,}"
        yield wave.title, count, f"{wave.edits:,}", f"{wave.held:,}", wave.ends, wave.advice


def _shared(overview: Overview) -> Iterator[Sequence[str]]:
    for one in overview.shared:
        held = ", ".join(f"{name} ({reason})" for name, reason in list(one.held_by.items())[:5])
        counts = (f"{len(one.users):,}", f"{one.files:,}", f"{one.calls:,}", f"{one.edits:,}")
        yield f"{one.repository}: {one.path}:{one.line}", one.model, one.replacement or "stays", *counts, held


def _groups(groups: Sequence[Group]) -> Iterator[Sequence[str]]:
    for one in groups:
        counts = (
            f"{one.repositories:,}",
            f"{one.places:,}",
            f"{one.written:,}",
            f"{one.later:,}",
            f"{one.held:,}",
        )
        money = (f"{one.usd_before:.2f}", f"{one.usd_after:.2f}")
        yield one.name, *counts, *money, one.ends, "" if one.days_left is None else f"{one.days_left:,}"


def _repositories(overview: Overview) -> Iterator[Sequence[str]]:
    for line in sorted(overview.repositories, key=lambda line: (line.ends or "9999", line.name)):
        counts = (line.places, line.written, line.later, line.held, line.edits, line.unsafe)
        days = "" if line.days_left is None else f"{line.days_left:,}"
        wave = line.wave or (line.status if line.status != "done" else "")
        yield line.name, wave, *(f"{count:,}" for count in counts), line.ends, days, line.owners
