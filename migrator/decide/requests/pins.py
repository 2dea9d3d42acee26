"""The requirements that a project declares, and whether they allow a release that an edit needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from migrator import inventory
from migrator.decide.requests.manifests import declared, is_project
from migrator.projectroot import folder_of, is_built
from migrator.settings import above

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

_HIGHEST = "99999"


class Pin(NamedTuple):
    """One declared requirement: of which library, which releases, and where it stands."""

    name: str
    specifier: str
    path: str
    line: int = 0
    locked: bool = False
    folder: str = ""

    @property
    def said(self) -> str:
        """`pyproject.toml declares openai==1.30`."""
        verb = "installs" if self.locked else "declares"
        return f"{self.path} {verb} {self.name}{self.specifier}"


class Pins:
    """Declared requirements by folder and library; `assumed` ones count in their place everywhere.

    For a file the nearest folder above it counts whose files speak of the library, and the nearest lock file.
    `projects` are the folders that are projects of their own.
    """

    def __init__(
        self, found: Iterable[Pin] = (), assumed: Sequence[str] = (), projects: frozenset[str] = frozenset()
    ) -> None:
        self.projects = projects
        self.by_folder: dict[tuple[str, str, bool], list[Pin]] = {}
        for pin in found:
            self.by_folder.setdefault((pin.folder, canonicalize_name(pin.name), pin.locked), []).append(pin)
        self.assumed: dict[str, str] = {
            canonicalize_name(one.name): str(one.specifier) for one in map(Requirement, assumed)
        }

    def requirement(self, needs: str, path: str) -> inventory.Requirement | None:
        """What must be raised before a file has what it needs."""
        pin = self.obstacle(needs, path)
        if pin is None or not pin.line:
            return None
        return inventory.Requirement(
            needs=needs, declared=pin.specifier, path=pin.path, line=pin.line, locked=pin.locked
        )

    def too_old(self, needs: str, path: str = "") -> str:
        """What declares only releases older than a file `needs` (`openai>=1.45`); nothing if none does."""
        pin = self.obstacle(needs, path)
        return pin.said if pin is not None else ""

    def obstacle(self, needs: str, path: str = "") -> Pin | None:
        """The requirement that keeps a file from what it needs."""
        try:
            wanted = Requirement(needs)
        except InvalidRequirement:
            return None
        pins = self._of(canonicalize_name(wanted.name), path)
        return next((pin for pin in pins if not compatible(pin.specifier, str(wanted.specifier))), None)

    def letting_in(self, needs: str, path: str = "") -> Pin | None:
        """The requirement by whose bound older releases come in, beside those that a file needs."""
        wanted = Requirement(needs)
        older = ",".join(f"<{one.version}" for one in wanted.specifier)
        pins = self._of(canonicalize_name(wanted.name), path)
        return next((pin for pin in pins if _is_bound(pin) and compatible(pin.specifier, older)), None)

    def _of(self, name: str, path: str) -> Iterator[Pin]:
        if name in self.assumed:
            yield Pin(name, self.assumed[name], "--assume")
            return
        for locked in (False, True):
            near = (self.by_folder.get((folder, name, locked)) for folder in above(path))
            yield from next(filter(None, near), ())


NO_PINS = Pins()


def read_pins(
    files: Mapping[str, bytes],
    assumed: Sequence[str] = (),
    opened: Callable[[str], bytes | None] = lambda _path: None,
) -> Pins:
    """The requirements in manifests; what cannot be read declares nothing. `opened` gives included files.

    What a build has declared counts where nothing else in its folder declares anything.
    """
    found: list[Pin] = []
    for path in sorted(files, key=lambda path: (is_built(path), path)):
        folder = folder_of(path)
        if is_built(path) and any(pin.folder == folder and not is_built(pin.path) for pin in found):
            continue
        lines = declared(path, files[path], lambda name: files.get(name) or opened(name))
        found += (Pin(*one, folder=folder) for one in lines)
    projects = frozenset(folder_of(path) for path, data in files.items() if is_project(path, data))
    return Pins(found, assumed, projects)


def compatible(declared_: str, needed: str) -> bool:
    """Whether some release satisfies both."""
    try:
        both = SpecifierSet(declared_) & SpecifierSet(needed)
    except InvalidSpecifier:
        return True
    bounds = [one.version.removesuffix(".*") for one in both]
    candidates = [*bounds, *(f"{bound}.{_HIGHEST}" for bound in bounds), *map(_below, bounds), _HIGHEST]
    return any(both.contains(one, prereleases=True) for one in candidates if _is_version(one))


def _is_bound(pin: Pin) -> bool:
    """Whether a requirement says from which release on, and is no lock."""
    return ">=" in pin.specifier and not pin.locked


def _is_version(text: str) -> bool:
    try:
        Version(text)
    except InvalidVersion:
        return False
    return True


def _below(bound: str) -> str:
    """A release just below a bound: 1.40 -> 1.39.99999."""
    try:
        release = list(Version(bound).release)
    except InvalidVersion:
        return bound
    while release and not release[-1]:
        release.pop()
    if not release:
        return "0"
    release[-1] -= 1
    return ".".join(map(str, [*release, _HIGHEST]))
