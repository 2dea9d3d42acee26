"""Which call site a usage record is of: by its place, its tags, its prompt, else by its model."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from migrator.evidence.usage_forms import Used
    from migrator.inventory import CallSite, Inventory

LEAST_TEXT = 24
KEPT = 50_000
_VARIABLE = re.compile(r"\{\{.*?\}\}", re.DOTALL)


class Joined(NamedTuple):
    """A call site, and how it was found."""

    site: CallSite
    method: str


class Joiner:
    """Call sites by everything that records may know of them."""

    def __init__(self, inventory: Inventory) -> None:
        self.by_file: dict[str, list[CallSite]] = defaultdict(list)
        self.by_name: dict[str, list[CallSite]] = defaultdict(list)
        self.by_model: dict[str, list[CallSite]] = defaultdict(list)
        self.texts: dict[str, list[CallSite]] = defaultdict(list)
        self.kept: dict[object, Joined | None] = {}
        for site in inventory.call_sites:
            self._take(site)

    def _take(self, site: CallSite) -> None:
        self.by_file[site.path].append(site)
        module = re.sub(r"(/__init__)?\.py$", "", site.path).replace("/", ".")
        names = [site.id, f"{site.path}:{site.line}", f"{site.path}::{site.scope}", site.path]
        names += [site.scope, f"{module}.{site.scope}"] if site.scope else []
        for name in names:
            self.by_name[name].append(site)
        for model in site.models:
            self.by_model[model.rpartition("/")[2]].append(site)
        for text in _constant(site):
            self.texts[text].append(site)

    def of(self, one: Used) -> Joined | None:
        """The call site of a record; nothing where several may be."""
        key = (one.site, one.scope, one.tags, one.text[:400], one.model)
        if key not in self.kept:
            if len(self.kept) >= KEPT:
                self.kept.clear()
            self.kept[key] = self._found(one)
        return self.kept[key]

    def _found(self, one: Used) -> Joined | None:
        for method, sites in self._ways(one):
            if len(sites) == 1:
                return Joined(sites[0], method)
        return None

    def _ways(self, one: Used) -> Iterator[tuple[str, list[CallSite]]]:
        if one.site:
            yield "place", self._at(one.site, one.scope)
        for tag in one.tags if one.site else (*one.tags, one.scope):
            if tag:
                yield "tag", self.by_name.get(tag, [])
        if one.text:
            yield "prompt", self._saying(one.text)
        bare = one.model.rpartition("/")[2]
        yield (
            "model",
            self.by_model.get(bare) or self.by_model.get(re.sub(r"-20\d\d-\d\d-\d\d$", "", bare), []),
        )

    def _at(self, place: str, scope: str) -> list[CallSite]:
        """The site on that line, else the only one of that function, else the nearest above it."""
        path, _, number = place.rpartition(":")
        path = (path or place).replace("\\", "/")
        sites = self.by_file.get(path) or [
            site
            for name, there in self.by_file.items()
            if path.endswith("/" + name) or name.endswith("/" + path)
            for site in there
        ]
        line = int(number) if number.isdigit() else 0
        exact = [site for site in sites if site.line == line]
        within = [site for site in sites if scope and _same_scope(site.scope, scope)]
        return exact or within or sorted((s for s in sites if s.line < line <= s.line + 12), key=_line)[-1:]

    def _saying(self, text: str) -> list[CallSite]:
        found = [(len(part), sites) for part, sites in self.texts.items() if part in text]
        longest = max((size for size, _ in found), default=0)
        best = {site.id: site for size, sites in found if size == longest for site in sites}
        return list(best.values())


def _line(site: CallSite) -> int:
    return site.line


def _same_scope(one: str, other: str) -> bool:
    return one == other or one.endswith("." + other) or other.endswith("." + one)


def _constant(site: CallSite) -> Iterable[str]:
    """The constant pieces of a prompt that are long enough to tell it from others."""
    for message in site.prompt.messages if site.prompt is not None else ():
        for part in _VARIABLE.split(message.text):
            if len(part.strip()) >= LEAST_TEXT:
                yield part.strip()
