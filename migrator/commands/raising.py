"""`apply --raise-pins`: manifests that allow the releases which changes need; comments and layout stay."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from migrator.commands import work
from migrator.decide.requests.manifests import declared
from migrator.decide.requests.pins import compatible
from migrator.discover.file_bytes import read_bytes
from migrator.errors import WorkError
from migrator.inventory.edit_records import Edit, ReplaceText
from migrator.projectroot import LOCKS, is_manifest
from migrator.rendering import Change, Changes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from migrator.commands.options import Request
    from migrator.inventory import Inventory

GROUP = "raise"
_SIGN = r"(?:===|==|~=|!=|<=|>=|<|>)"
_RELEASES = re.compile(rf"\s*{_SIGN}\s*[\w.*+!-]+(?:\s*,\s*{_SIGN}\s*[\w.*+!-]+)*")
_NOT_LOWER = ("<", "<=", "!=")


class Raised(NamedTuple):
    """The manifests as they should be, lock files to be renewed, and a program that changes with them."""

    changes: tuple[Change, ...]
    locks: tuple[str, ...]
    inventory: Inventory


def raised(request: Request, inventory: Inventory) -> Raised:
    """The inventory with higher releases declared; what they free moves together with the manifests."""
    from migrator.report.causes import assumed, causes

    needs = assumed(causes(inventory))
    if not needs:
        return Raised((), (), inventory)
    root = request.target.root
    held = {one.id: one.requirement for one in inventory.references if one.requirement is not None}
    folders = sorted({os.path.dirname(one.path) for one in held.values()})
    manifests = sorted({path for folder in folders for path in _manifests(root, folder)})
    changes = [change for path in manifests if (change := _changed(root, path, needs)) is not None]
    locks = tuple(
        path for path in manifests if os.path.basename(path) in LOCKS and _is_old(root, path, needs)
    )
    after = work.review(work.assuming(request, needs))
    return Raised(tuple(changes), locks, _together(after, changes, frozenset(held)))


def _together(after: Inventory, changes: Sequence[Change], held: frozenset[str]) -> Inventory:
    """The inventory whose freed groups of edits are one with the edits of manifests."""
    freed = {edit.group for edit in after.edits if held.intersection(edit.references)}
    edits = [msgspec.structs.replace(e, group=GROUP) if e.group in freed else e for e in after.edits]
    return msgspec.structs.replace(after, edits=(*edits, *map(_edit, changes)))


def _edit(change: Change) -> Edit:
    """The record of a manifest's change, by which it is written with what depends on it, and before."""
    operation = ReplaceText(old="", new="")
    why = "allows the releases that changes need"
    return Edit(
        id=change.edits[0], path=change.path, anchor=(1, 0, 1, 0), operation=operation, group=GROUP,
        why=why, rule="raise-pins", rank=0,
    )  # fmt: skip


def with_manifests(made: Changes, changes: Sequence[Change], inventory: Inventory) -> Changes:
    """The changes of a program and those of its manifests, if anything that needs them is changed."""
    tied = {edit.id for edit in inventory.edits if edit.group == GROUP}
    is_needed = any(tied.intersection(change.edits) for change in made.files)
    return made._replace(files=(*changes, *made.files)) if is_needed else made


def rendered(inventory: Inventory) -> Inventory:
    """The inventory without the records of manifests, whose bytes are known already."""
    return work.keeping(inventory, lambda edit: edit.rule != "raise-pins")


# -- one manifest --------------------------------------------------------------------------------


def _manifests(root: Path, folder: str) -> Iterator[str]:
    for name in sorted(os.listdir(root / folder)):
        path = os.path.join(folder, name)
        if is_manifest(path.replace(os.sep, "/")) and (root / path).is_file():
            yield path.replace(os.sep, "/")


def _is_old(root: Path, path: str, needs: Sequence[str]) -> bool:
    return any(
        _too_old(one.name, one.specifier, needs) for one in declared(path, read_bytes(str(root / path)))
    )


def _too_old(name: str, specifier: str, needs: Sequence[str]) -> str:
    """The release that a declared requirement does not allow; nothing where it allows all that are needed."""
    for wanted in map(Requirement, needs):
        if canonicalize_name(wanted.name) == canonicalize_name(name):
            return "" if compatible(specifier, str(wanted.specifier)) else str(wanted.specifier)
    return ""


def _changed(root: Path, path: str, needs: Sequence[str]) -> Change | None:
    """A manifest with higher releases; raises WorkError where more than its requirements would change."""
    if os.path.basename(path) in LOCKS:
        return None
    old = read_bytes(str(root / path))
    text = old.decode("utf-8", errors="surrogateescape")
    is_toml = path.endswith(".toml") or os.path.basename(path) == "Pipfile"
    new = _in_toml(text, needs) if is_toml else _in_lines(path, old, text, needs)
    if new == text:
        return None
    before, after = text.splitlines(), new.splitlines()
    names = {canonicalize_name(Requirement(one).name) for one in needs}
    for one, other in zip(before, after, strict=False):
        if one != other and not any(name in canonicalize_name(one) for name in names):
            raise WorkError(f"{path}: its layout would change; raise it by hand: {', '.join(needs)}")
    if len(before) != len(after) or "--hash" in "".join(set(before) - set(after)):
        raise WorkError(f"{path}: cannot be raised without more changes; by hand: {', '.join(needs)}")
    return Change(path, old, new.encode("utf-8", errors="surrogateescape"), (f"e-raise-{path}",))


def _in_lines(path: str, data: bytes, text: str, needs: Sequence[str]) -> str:
    lines = text.splitlines(keepends=True)
    for one in declared(path, data):
        if one.path == path and one.line and (wanted := _too_old(one.name, one.specifier, needs)):
            name = re.sub(r"[-_.]+", "[-_.]+", one.name)
            head = re.compile(rf"(?i)(?<![\w.-])({name}\s*(?:\[[^\]]*\])?)({_RELEASES.pattern})")
            releases = _lifted(one.specifier, wanted)
            lines[one.line - 1] = head.sub(lambda m: m[1] + releases, lines[one.line - 1], count=1)  # noqa: B023
    return "".join(lines)


def _in_toml(text: str, needs: Sequence[str]) -> str:
    import tomlkit

    document: Any = tomlkit.parse(text)
    project, tool = document.get("project", {}), document.get("tool", {})
    uv, poetry = tool.get("uv", {}), tool.get("poetry", {})
    lists = [project.get("dependencies", []), *project.get("optional-dependencies", {}).values()]
    lists += [*document.get("dependency-groups", {}).values()]
    lists += [*tool.get("pdm", {}).get("dev-dependencies", {}).values()]
    lists += [uv.get(key, []) for key in ("dev-dependencies", "constraint-dependencies")]
    for each in lists:
        _in_list(each, lambda text: _in_requirement(text, needs))
    tables = [poetry.get("dependencies", {}), poetry.get("dev-dependencies", {})]
    tables += [group.get("dependencies", {}) for group in poetry.get("group", {}).values()]
    tables += [document.get("packages", {}), document.get("dev-packages", {})]
    for table in tables:
        _in_table(table, needs)
    return tomlkit.dumps(document)


def _in_list(items: Any, changed: Callable[[str], str]) -> None:  # noqa: ANN401
    for at, item in enumerate(items):
        if isinstance(item, str) and changed(str(item)) != item:
            items[at] = _like(item, changed(str(item)))


def _in_table(table: Any, needs: Sequence[str]) -> None:  # noqa: ANN401
    from migrator.decide.requests.manifests import in_poetry

    for name, specifier in [*in_poetry(table)]:
        if wanted := _too_old(name, specifier, needs):
            holder, key = (table, name) if isinstance(table[name], str) else (table[name], "version")
            holder[key] = _like(holder[key], _lifted("", wanted))


def _like(old: Any, new: str) -> Any:  # noqa: ANN401
    """A string in the quotes of another."""
    import tomlkit

    return tomlkit.string(new, literal=old.as_string().startswith("'"))


def _in_requirement(text: str, needs: Sequence[str]) -> str:
    try:
        one = Requirement(text)
    except InvalidRequirement:
        return text
    wanted = _too_old(one.name, str(one.specifier), needs)
    return _RELEASES.sub(_lifted(str(one.specifier), wanted), text, count=1) if wanted else text


def _lifted(specifier: str, wanted: str) -> str:
    """Releases from the wanted one on, with what else the declared ones exclude where that can stay."""
    kept = [
        str(one)
        for one in SpecifierSet(specifier)
        if one.operator in _NOT_LOWER and compatible(str(one), wanted)
    ]
    return ",".join([wanted, *sorted(kept)])
