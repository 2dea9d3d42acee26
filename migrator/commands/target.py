"""The paths that a user named, and the root that every reported path is relative to."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from migrator.discover.walk import READ
from migrator.errors import UsageError
from migrator.projectroot import project_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Target(NamedTuple):
    """`root` is absolute; `paths` are below it, in the order given; `named` is what the user typed.

    `project` is the root or above it: all that is read, so that a part is judged as the whole would be.
    """

    root: Path
    paths: tuple[Path, ...]
    named: str
    project: Path

    def covers(self, path: str) -> bool:
        """Whether a path relative to the root is one of those given, or below one."""
        whole = Path(os.path.normpath(self.root / path))
        return any(whole == given or given in whole.parents for given in self.paths)

    def limited(self, names: Iterable[str]) -> Target:
        """Only those of `names` (relative to the root) that are Python files covered by the target."""
        there = (self.root / name for name in names if name.endswith(READ) and self.covers(name))
        return self._replace(paths=tuple(sorted(path for path in there if path.is_file())))


def resolve(arguments: Sequence[str], commands: Sequence[str] = ()) -> Target:
    """One folder is the root; files, and several paths, are looked at from the working directory."""
    here = Path.cwd()
    named = " ".join(map(_quoted, arguments)) or "."
    paths = tuple(_existing(argument, commands) for argument in arguments) or (here,)
    root = paths[0] if len(paths) == 1 and paths[0].is_dir() else here
    inside = paths if root != here else tuple(below(path, here) for path in paths)
    return Target(root, inside, named, project_of(inside, root))


def _existing(argument: str, commands: Sequence[str]) -> Path:
    path = Path(os.path.abspath(argument))
    if not os.path.lexists(path) or not path.exists():
        raise UsageError(f"{argument}: there is no such file or folder{_hint(argument, commands)}")
    if not (path.is_dir() or path.is_file()):
        raise UsageError(f"{argument}: neither a file nor a folder")
    return path


def _hint(argument: str, commands: Sequence[str]) -> str:
    import difflib

    near = difflib.get_close_matches(argument, commands, n=1)
    return f'; did you mean the command "{near[0]}"?' if near else ""


def below(path: Path, here: Path) -> Path:
    """`path` as one below `here`, through links if need be; raises UsageError for others."""
    for candidate in (path, path.resolve()):
        if candidate.is_relative_to(here):
            return _through_links(candidate, here)
    raise UsageError(f"{path}: outside {here}; name its folder alone, or go where every path is below")


def _through_links(path: Path, here: Path) -> Path:
    """The path by the folder's own name; as it is where a link leads out, which is then said."""
    folder, top = (Path(os.path.realpath(each)) for each in (path.parent, here))
    return here / folder.relative_to(top) / path.name if folder.is_relative_to(top) else path


def _quoted(argument: str) -> str:
    import shlex

    return shlex.quote(argument)


# -- places -----------------------------------------------------------------------------------------

_PLACE = re.compile(r"(?P<path>.+?):(?P<line>\d+)(?::\d+)?:?\Z", re.DOTALL)


class Place(NamedTuple):
    """A file and a line, as the user named them."""

    path: str
    line: int


def place(text: str) -> Place:
    """`PATH:LINE`; a column after it does no harm."""
    match = _PLACE.match(text)
    if match is None or not int(match["line"]):
        raise UsageError(f'{text}: expected PATH:LINE, such as "src/app.py:12"')
    return Place(match["path"], int(match["line"]))


def located(text: str, root: Path) -> Place:
    """A PATH:LINE whose path is relative to `root`."""
    where = place(text)
    return where._replace(path=relative(where, root))


def relative(where: Place, root: Path) -> str:
    """The path below the root, whether it was named from there or from the working directory."""
    for base in (root, Path.cwd()):
        file = Path(os.path.abspath(base / where.path))
        if file.is_file():
            return below(file, root).relative_to(root).as_posix()
    raise UsageError(f"{where.path}: there is no such file below {root}")
