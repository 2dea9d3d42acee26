"""What keeps several places from being changed at once: each cause with what to do about it."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from packaging.requirements import Requirement
from packaging.version import Version

from migrator.decide.requests.pins import compatible
from migrator.report import words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from migrator.inventory import Inventory, Reference

_PLACE = re.compile(r"(?<![\w./-])([\w.@+/-]+\.\w+:\d+)")
_ADVICE = {
    "shared-kwargs": "give it arguments of its own, or pin it",
    "branch-flips": "let its test treat the new id as what it stands for",
    "capability-lost": "do without it, or pin this call to a model that offers it",
}
_TOOLS = {
    "uv.lock": "uv lock --upgrade-package {}",
    "poetry.lock": "poetry update {}",
    "pdm.lock": "pdm update {}",
    "Pipfile.lock": "pipenv update {}",
}
_LEAST = 2


class Cause(NamedTuple):
    """One obstacle: what to do, and the places that wait for it.

    `assume` is the requirement under which they would not (none: it is no matter of a release); `library` and
    `path` name the manifest's entry. `freed` are those that no other obstacle keeps, if that was asked.
    `place` is the line that blocks; `tool` renews what a lock file holds; `brief` is `what` in a line or two.
    """

    what: str
    references: tuple[Reference, ...]
    assume: str = ""
    freed: frozenset[str] | None = None
    place: str = ""
    tool: str = ""

    @property
    def brief(self) -> str:
        """What to do, without what stands in the command beside it."""
        return self.what.partition(": ")[2] if self.place else self.what

    def command(self, target: str, *, whole: bool = True) -> str:
        """The one command that frees what waits, or shows where it is held."""
        if self.tool:
            return self.tool
        if self.assume:
            return f"gpt55-migrate apply {target} --raise-pins"
        return f"gpt55-migrate explain {self.place}{'' if whole else f' --root {target}'}"

    @property
    def amount(self) -> str:
        """`frees 18 places in 14 files`; what it holds, where more than this cause keeps some."""
        files = words.count(len({one.path for one in self.references}), "file")
        places = words.count(len(self.references), "place")
        if self.freed is None:
            return f"holds {places} in {files}"
        if len(self.freed) == len(self.references):
            return f"frees {places} in {files}"
        return f"holds {places} in {files}, frees {len(self.freed)}: the others have further causes"


def causes(inventory: Inventory, after: Inventory | None = None) -> list[Cause]:
    """The causes of what waits, the largest first; `after` is the inventory under what they assume."""
    waiting = [one for one in inventory.references if one.action == "review" and not one.suppressed]
    found = [*_of_releases(waiting), *_of_places(waiting)]
    if after is not None:
        still = {one.id for one in after.references if one.action == "review"}
        found = [_measured(cause, still) if cause.assume else cause for cause in found]
    return sorted(found, key=lambda cause: (-len(cause.references), cause.what))


def assumed(found: Iterable[Cause]) -> tuple[str, ...]:
    """What the causes assume, each library once."""
    return tuple(dict.fromkeys(cause.assume for cause in found if cause.assume))


def _measured(cause: Cause, still: Collection[str]) -> Cause:
    return cause._replace(freed=frozenset(one.id for one in cause.references if one.id not in still))


def _of_releases(waiting: Iterable[Reference]) -> Iterator[Cause]:
    groups: dict[tuple[str, str], list[Reference]] = defaultdict(list)
    highest: dict[str, Requirement] = {}
    for one in waiting:
        if one.requirement is not None:
            needs = Requirement(one.requirement.needs)
            known = highest.setdefault(needs.name, needs)
            highest[needs.name] = max(known, needs, key=_least)
            groups[needs.name, one.requirement.path].append(one)
    for (name, path), ones in groups.items():
        first, needs = ones[0].requirement, highest[name]
        assert first is not None
        place, now = f"{path}:{first.line}", first.declared
        if first.locked:
            what = f"Renew {place}, which installs {name}{now}: it must be {needs.specifier}"
        else:
            verb = "Raise" if _is_older(now, needs) else "No release fits both: change"
            what = f"{verb} {name} to {needs.specifier} in {place} (now {now})"
        tool = _TOOLS.get(path.rpartition("/")[2], "").format(name)
        yield Cause(what, tuple(ones), f"{name}{needs.specifier}", tool=tool if first.locked else "")


def _is_older(declared: str, needs: Requirement) -> bool:
    """Whether what is declared ends before what is needed begins: a higher release is all it takes."""
    floor = [str(one) for one in needs.specifier if one.operator in (">=", ">", "~=")]
    return bool(floor) and not compatible(declared, ",".join(floor))


def _least(requirement: Requirement) -> Version:
    return max(
        (Version(one.version.removesuffix(".*")) for one in requirement.specifier), default=Version("0")
    )


def _of_places(waiting: Iterable[Reference]) -> Iterator[Cause]:
    groups: dict[tuple[str, str], list[Reference]] = defaultdict(list)
    for one in waiting:
        own = f"{one.path}:{one.line}"
        places = [place for place in _PLACE.findall(one.detail) if place != own]
        if places and one.requirement is None:
            groups[one.reason, places[0]].append(one)
    for (reason, place), ones in groups.items():
        if len(ones) >= _LEAST:
            said = " ".join(ones[0].detail.removeprefix(f"{place}: ").split())
            do = _ADVICE.get(reason, "change it by hand, or pin it")
            what = f"One line ({place}) blocks {len(ones)}: {said}; {do}"
            yield Cause(what, tuple(ones), place=place)
