"""What is made of the patches once all repositories are done: branches, and files for other tools."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from migrator.fleet import branch, pull_requests
from migrator.fleet.keep import emptied
from migrator.fleet.repository_turn import PATCH

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from migrator.fleet.fleet_records import Report, Source, Terms
    from migrator.fleet.keep import Keep

DEFAULT = "model-migration"


def branched(keep: Keep, sources: Sequence[Source], name: str, terms: Terms) -> int:
    """Make the branches; how many could not be made, each of which is named."""
    from migrator.output import complain, emit

    who = branch.author()
    states: Counter[str] = Counter()
    for source, report in _with_patch(keep, sources):
        patch = keep.place(source) / PATCH
        made = branch.commit(source, report, patch, name, keep.folder / "clones", terms, who)
        states[made.status] += 1
        if made.status in ("refused", "failed"):
            complain(f"{source.name}: --branch {name}: {made.message}")
    if states:
        emit(f"branch {name}: {', '.join(f'{count:,} {state}' for state, count in sorted(states.items()))}\n")
    return states["refused"] + states["failed"]


def _with_patch(keep: Keep, sources: Sequence[Source]) -> Iterator[tuple[Source, Report]]:
    for row in keep.index.rows(sources):
        if row.status == "done" and row.report is not None and (keep.place(row.source) / PATCH).is_file():
            yield row.source, row.report


def exported(
    keep: Keep, sources: Sequence[Source], waves: Mapping[str, str], tools: Sequence[str], name: str
) -> None:
    """Write the files for other tools, a folder a wave; says for how many repositories there are none."""
    from migrator.output import complain, emit

    by_wave: dict[str, list[pull_requests.PullRequest]] = defaultdict(list)
    unknown = 0
    for source, report in _with_patch(keep, sources):
        change = pull_requests.change(report, (keep.place(source) / PATCH).read_bytes(), source.name)
        if change is None:
            unknown += 1
        else:
            by_wave[waves.get(source.name) or "other"].append(change)
    top = emptied(keep.folder / "exports")
    for wave, changes in by_wave.items():
        for tool in dict.fromkeys(tools):
            pull_requests.write(top / wave / tool, tool, changes, name or DEFAULT)
    emit(f"exports: {sum(map(len, by_wave.values())):,} repositories in {len(by_wave)} waves\n")
    if unknown:
        complain(
            f"exports: {unknown:,} repositories without a code host are left out; use --branch for these"
        )
