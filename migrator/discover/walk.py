"""The Python files under the given paths, in a fixed order, without what gitignore hides."""

from __future__ import annotations

import os
import re
import stat
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from migrator.data.formats import is_data, is_settings
from migrator.discover.file_bytes import opened
from migrator.discover.gitignores import Ignored, gitignore_of, gitignores_above, matcher
from migrator.inventory import Diagnostic
from migrator.projectroot import is_manifest
from migrator.regexes import is_slow_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


SKIPPED_FOLDERS = frozenset(
    {".git", ".hg", ".svn", ".venv", "venv", "node_modules", "__pycache__", ".tox", ".nox", ".mypy_cache",
     ".ruff_cache", ".pytest_cache", "__pypackages__", ".eggs", "site-packages", ".ipynb_checkpoints"}
)  # fmt: skip
_INSTALLED = frozenset(
    {".venv", "venv", "node_modules", ".tox", ".nox", "__pypackages__", ".eggs", "site-packages"}
)
_BINARY = (
    ".png", ".jpg", ".jpeg", ".gif", ".ico", ".webp", ".svg", ".pdf", ".zip", ".gz", ".bz2", ".xz", ".whl",
    ".tar", ".so", ".dll", ".dylib", ".exe", ".bin", ".pyc", ".pyd", ".o", ".a", ".mp3", ".mp4", ".wav",
    ".woff", ".woff2", ".ttf", ".otf", ".eot", ".db", ".sqlite", ".parquet", ".npy", ".npz", ".pkl", ".pt",
    ".onnx", ".lock", ".map", ".min.js", ".min.css", ".log",
)  # fmt: skip
"""Endings of files that nobody has written by hand."""
TEMPLATES = (".py.j2", ".py.jinja", ".py.jinja2", ".py.tmpl", ".py.tpl", ".py.template", ".py-tpl")
"""Templates of Python: read where they are Python as they stand."""
READ = (".py", ".ipynb", ".pyi", ".pyw", *TEMPLATES)
_MAY_DECLARE = re.compile(r"(\.(txt|in|toml|cfg|lock)|^setup\.py|^Pipfile|^METADATA|^PKG-INFO)$")


class Found(NamedTuple):
    """Paths relative to the root (posix), sorted; what was given but cannot be read; the rest, by kind.

    `beside` are files of other kinds that were asked for, by their endings; `manifests` may declare
    requirements; `rest` are all others that may be text.
    """

    paths: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    not_looked_at: dict[str, int] = {}
    beside: tuple[str, ...] = ()
    manifests: tuple[str, ...] = ()
    rest: tuple[str, ...] = ()


class Trail(NamedTuple):
    """What a walk depends on: states of `watched` (folders, gitignore files), and what `kinds` lead to."""

    watched: list[str]
    kinds: list[str]


def find(
    paths: Sequence[Path], root: Path, exclude: Sequence[str] = (), beside: tuple[str, ...] = ()
) -> Found:
    """Files named in `paths` (even where gitignore hides them) and Python files in the folders among them.

    Files that end in one of `beside` are listed apart, named or not.
    """
    return _found(paths, _Walker(str(root), exclude, beside), exclude)


def walked(folder: Path, root: Path, exclude: Sequence[str], beside: tuple[str, ...]) -> tuple[Found, Trail]:
    """What `find` finds in one folder, and what would have to change for something else to be found."""
    walker = _Walker(str(root), exclude, beside)
    found = _found([folder], walker, exclude)
    top = os.path.abspath(folder)
    above = [*_parents(top)]
    marks = [os.path.join(each, name) for each in above for name in (".git", ".gitignore")]
    ignores = [path for path in marks if path.endswith(".gitignore") and os.path.isfile(path)]
    return found, Trail([*walker.trail.watched, *ignores], [walker.root, *marks, *walker.trail.kinds])


def _parents(folder: str) -> Iterator[str]:
    """A folder and those above it."""
    yield folder
    while (parent := os.path.dirname(folder)) != folder:
        folder = parent
        yield folder


def _found(paths: Sequence[Path], walker: _Walker, exclude: Sequence[str]) -> Found:
    slow = [
        Diagnostic(path=".", code="slow-pattern", message=_slow(line))
        for line in exclude
        if is_slow_pattern(line)
    ]
    if slow:
        return Found((), tuple(slow))
    for path in paths:
        walker.take(str(path))
    others = dict(sorted(walker.others.items()))
    python, diagnostics = tuple(sorted(walker.once())), tuple(walker.diagnostics)
    return Found(
        python,
        diagnostics,
        others,
        tuple(sorted(walker.beside)),
        tuple(sorted(walker.manifests)),
        tuple(sorted(walker.rest)),
    )


def shown(path: str, root: str, exclude: Sequence[str] = ()) -> bool:
    """Whether a file is neither excluded, nor hidden by gitignore, nor a way out of the root."""
    walker = _Walker(root, exclude)
    folder = os.path.dirname(path)
    parts = walker.relative(folder).split("/")
    if SKIPPED_FOLDERS.intersection(parts) or not is_below(path, root):
        return False
    ignored, at = gitignores_above(walker.root), walker.root
    for part in [".", *parts]:
        at = os.path.normpath(os.path.join(at, part))
        ignored = gitignore_of(at, ignored)
        if at != walker.root and walker.hidden(at + "/", ignored):
            return False
    return not walker.hidden(path, ignored)


class _Walker:
    def __init__(self, root: str, exclude: Sequence[str], endings: tuple[str, ...] = ()) -> None:
        self.root = os.path.abspath(root)
        self.inside = self.root.rstrip(os.sep) + os.sep
        self.endings = endings
        self.beside: set[str] = set()
        self.manifests: set[str] = set()
        self.rest: set[str] = set()
        self.found: set[str] = set()
        self.links: dict[str, str] = {}
        self.others: Counter[str] = Counter()
        self.diagnostics: list[Diagnostic] = []
        self.trail = Trail([], [])
        self.excluded = matcher(exclude) if exclude else None

    def take(self, path: str) -> None:
        path = os.path.abspath(path)
        try:
            mode = os.stat(path).st_mode
        except OSError as error:
            self.problem(path, "missing", f"{error.strerror or error}; check the path")
            return
        if stat.S_ISDIR(mode):
            self.walk(path, gitignores_above(path))
        elif not is_below(path, self.root):
            self.problem(
                path, "outside-root", "a link leads out of the folder; name its own folder to read it"
            )
        elif stat.S_ISREG(mode):
            self.add(path, linked=os.path.islink(path))
        else:
            self.problem(path, "not-a-file", "no regular file; only files and folders are read")

    def walk(self, folder: str, ignored: Ignored | None) -> None:
        self.trail.watched.append(folder)
        try:
            entries = sorted(os.scandir(folder), key=_name)
        except OSError as error:
            self.problem(folder, "unreadable", f"{error.strerror or error}; check its permissions")
            return
        if any(entry.name == ".gitignore" for entry in entries):
            self.trail.watched.append(os.path.join(folder, ".gitignore"))
            ignored = self.below(folder, ignored)
        inside = "" if folder == self.root else f"{self.relative(folder)}/"
        free = self.excluded is None and ignored is None
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if entry.name in SKIPPED_FOLDERS:
                    self.skipped(entry.name)
                elif free or not self.hidden(entry.path + "/", ignored):
                    self.walk(entry.path, ignored)
            elif free and _is_plain(entry):
                self.found.add(inside + entry.name)
                if entry.name == "setup.py":
                    self.manifests.add(inside + entry.name)
            else:
                self.file(entry, ignored)

    def skipped(self, name: str) -> None:
        """Count a folder of what others wrote."""
        if name in _INSTALLED:
            self.others["folders of installed packages"] += 1

    def file(self, entry: os.DirEntry[str], ignored: Ignored | None) -> None:
        """Take what is no folder, if it is asked for and nothing hides it."""
        if entry.is_symlink():
            self.trail.kinds.append(entry.path)
        elif "." not in entry.name and entry.name != "Pipfile":
            self.trail.watched.append(entry.path)
        if self._declares(entry) and not self.hidden(entry.path, ignored):
            self.manifests.add(self.relative(entry.path))
        if is_settings(entry.name):
            if entry.is_file(follow_symlinks=False) and not self.hidden(entry.path, ignored):
                self.add(entry.path, linked=False)
        elif _may_matter(entry):
            if not self.hidden(entry.path, ignored):
                self.met(entry)
        elif self._is_beside(entry) and not self.hidden(entry.path, ignored):
            self.add(entry.path, linked=False)
        elif not self.hidden(entry.path, ignored):
            self.passed(entry)

    def _declares(self, entry: os.DirEntry[str]) -> bool:
        """Whether a file may declare requirements; `setup.py` is met among the others."""
        is_one = _MAY_DECLARE.search(entry.name) is not None and is_manifest(self.relative(entry.path))
        return is_one and entry.is_file(follow_symlinks=False)

    def _is_beside(self, entry: os.DirEntry[str]) -> bool:
        return entry.name.endswith(self.endings) and entry.is_file(follow_symlinks=False)

    def met(self, entry: os.DirEntry[str]) -> None:
        """Take a file, or count why it is not looked at."""
        kind = _other(entry, self.root)
        if kind:
            self.others[kind] += 1
        elif _is_python(entry, self.root):
            self.add(entry.path, linked=entry.is_symlink())
        elif not entry.is_symlink():
            self.passed(entry)

    def passed(self, entry: os.DirEntry[str]) -> None:
        """Remember a file that may be text and is of no kind that is read."""
        name = self.relative(entry.path)
        if not name.endswith(_BINARY) and _sayable(name) and entry.is_file(follow_symlinks=False):
            self.rest.add(name)

    def below(self, folder: str, above: Ignored | None) -> Ignored | None:
        """What is ignored in a folder; says which lines are not used."""
        ignored = gitignore_of(folder, above)
        if ignored is not None and ignored is not above:
            for line in ignored.slow[:3]:
                self.problem(os.path.join(folder, ".gitignore"), "slow-pattern", _slow(line))
        return ignored

    def add(self, path: str, *, linked: bool) -> None:
        name = self.relative(path)
        if not _sayable(name):
            self.problem(path, "undecodable-name", "its name is not UTF-8; rename it to have it read")
            return
        if (self.endings and name.endswith(self.endings)) or is_data(name):
            self.beside.add(name)
            return
        self.found.add(name)
        if linked:
            self.links[name] = os.path.realpath(path)

    def once(self) -> set[str]:
        """What was found, but of several names of one file only one, if possible its own."""
        top = os.path.realpath(self.root)
        known = {os.path.join(top, name) for name in self.found - self.links.keys()} if self.links else set()
        for name, target in sorted(self.links.items()):
            if target in known:
                self.found.discard(name)
            known.add(target)
        return self.found

    def hidden(self, path: str, ignored: Ignored | None) -> bool:
        if self.excluded is not None and self.excluded.match_file(
            self.relative(path) + ("/" if path.endswith("/") else "")
        ):
            return True
        return ignored is not None and ignored.hides(path)

    def relative(self, path: str) -> str:
        inside = path.startswith(self.inside) and len(path) > len(self.inside) and f"{os.sep}.." not in path
        name = path[len(self.inside) :].rstrip(os.sep) if inside else os.path.relpath(path, self.root)
        return name if os.sep == "/" else name.replace(os.sep, "/")

    def problem(self, path: str, code: str, message: str) -> None:
        name = self.relative(path)
        shown = name if _sayable(name) else os.fsencode(name).decode(errors="backslashreplace")
        self.diagnostics.append(Diagnostic(path=shown, code=code, message=message))


def _name(entry: os.DirEntry[str]) -> str:
    return entry.name


def _is_plain(entry: os.DirEntry[str]) -> bool:
    """Whether an entry is a Python file of which nothing else needs to be known; that is most of them."""
    name = entry.name
    return name.endswith(READ) and name.isascii() and entry.is_file(follow_symlinks=False)


def _may_matter(entry: os.DirEntry[str]) -> bool:
    name = entry.name
    return name.endswith(READ) or "." not in name or entry.is_symlink()


def _other(entry: os.DirEntry[str], root: str) -> str:
    """What an entry is that is not looked at; nothing for files, and for links to files inside the root."""
    try:
        if entry.is_symlink() and entry.is_dir():
            return "linked folders"
        if not entry.name.endswith(".py"):
            return ""
        if not entry.is_file():
            return "special files" if os.path.exists(entry.path) else "broken links"
    except OSError:
        return "broken links"
    inside = not entry.is_symlink() or is_below(entry.path, root)
    return "" if inside else "links out of the root"


def _is_python(entry: os.DirEntry[str], root: str) -> bool:
    """Whether a file is Python, by its ending, or without one by what its first line says."""
    try:
        if entry.is_symlink() and not (entry.is_file() and is_below(entry.path, root)):
            return False
        if entry.name.endswith(READ):
            return entry.is_file()
        return "." not in entry.name and entry.is_file() and _is_script(entry.path)
    except OSError:
        return False


def _is_script(path: str) -> bool:
    """Whether a file's first line says that Python runs it."""
    handle = opened(path, os.O_RDONLY)
    try:
        head = os.read(handle, 100)
    finally:
        os.close(handle)
    return head.startswith(b"#!") and b"python" in head.partition(b"\n")[0]


def is_below(path: str, root: str) -> bool:
    """Whether what a path leads to, through whatever links, lies below the root."""
    return os.path.realpath(path).startswith(os.path.realpath(root).rstrip(os.sep) + os.sep)


def _sayable(name: str) -> bool:
    """Whether a file's name can be written down: one that is not UTF-8 comes with surrogates."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _slow(line: str) -> str:
    return f"{line[:60]!r} can take for ever to match and is not used; write it with fewer stars"


def chunks(paths: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """Slices of at most `size` paths."""
    return (paths[at : at + size] for at in range(0, len(paths), size))
