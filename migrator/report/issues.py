"""What is left to do in an inventory, one line each: what `check`, annotations and code scanners report."""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections import Counter
from typing import TYPE_CHECKING, Literal, NamedTuple

from migrator.inventory import SAME_OUTCOME
from migrator.report import ends, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from migrator.inventory import End, Finding, Inventory, Reference
    from migrator.inventory.edit_records import Edit


Kind = Literal["fixable", "held", "review", "note"]


class Issue(NamedTuple):
    """A place and what is the matter there; `kind` says who can settle it.

    Attributes:
        last: the last line of what would be changed.
        fingerprint: survives line moves; no two issues of one inventory share it.
        edits: ids of the edits that settle it.
        end: the nearest shutdown among the models (or endpoints) that it is about.
    """

    path: str
    line: int
    column: int
    rule: str
    message: str
    kind: Kind
    reason: str = ""
    last: int = 0
    fingerprint: str = ""
    edits: tuple[str, ...] = ()
    end: End | None = None

    @property
    def said(self) -> str:
        """The message, and when what it speaks of is shut down."""
        names_one = self.rule == "GPT55-M001" or self.reason
        return (
            f"{self.message} [{ends.said(self.end)}]" if self.end is not None and names_one else self.message
        )


def issues(inventory: Inventory, within: Callable[[str], bool] = lambda path: True) -> list[Issue]:
    """Every open point in the files that `within` accepts, in order of place; nothing that is suppressed."""
    found = [*_fixable(inventory), *_findings(inventory), *_references(inventory)]
    return _numbered(_once(issue for issue in found if within(issue.path)))


def _once(found: Iterable[Issue]) -> list[Issue]:
    """What is said twice of one place is said once, and settled by the edits of both."""
    told: dict[tuple[object, ...], Issue] = {}
    for issue in found:
        key = issue[:7]
        same = told.get(key, issue)
        told[key] = same._replace(edits=tuple(dict.fromkeys((*same.edits, *issue.edits))))
    return sorted(told.values(), key=lambda issue: issue[:-1])


def _fixable(inventory: Inventory) -> Iterator[Issue]:
    references = {reference.id: reference for reference in inventory.references}
    models = {name: one.end for name, one in references.items()}
    for edit in inventory.edits:
        if edit.selected:
            line, column = _place(edit, references)
            where, why = (edit.path, line, column), _one_line(edit.why)
            last, key = max(edit.anchor[2], line), edit_key(edit, inventory.folder)
            end = _nearest(map(models.get, edit.references)) if edit.rule == "GPT55-M001" else None
            yield Issue(*where, edit.rule, why, "fixable", "", last, key, (edit.id,), end)


def _place(edit: Edit, references: dict[str, Reference]) -> tuple[int, int]:
    for reference in map(references.get, edit.references):
        if reference and reference.path == edit.path and edit.anchor[0] <= reference.line <= edit.anchor[2]:
            return reference.line, reference.column
    return edit.anchor[0], edit.anchor[1] + 1


def _nearest(found: Iterable[End | None]) -> End | None:
    """The earliest of some shutdowns."""
    return min((end for end in found if end is not None), key=lambda end: end.days, default=None)


def _findings(inventory: Inventory) -> Iterator[Issue]:
    known: dict[str, End | None] = {one.id: one.end for one in inventory.references}
    known |= {site.id: site.end for site in inventory.call_sites}
    for finding in inventory.findings:
        if not finding.suppressed:
            kind: Kind = "note" if finding.severity == "note" else "review"
            place = (finding.path, finding.line, finding.column)
            message = _one_line(finding.message)
            key = finding_key(finding, inventory.folder)
            end = _nearest(map(known.get, (*finding.references, *finding.call_sites)))
            yield Issue(*place, finding.rule, message, kind, finding.reason, finding.line, key, (), end)


def _references(inventory: Inventory) -> Iterator[Issue]:
    told = {name for finding in inventory.findings for name in finding.references}
    planned = {name for edit in inventory.edits if edit.selected for name in edit.references}
    endpoints = {site.id: site.end for site in inventory.call_sites}
    for reference in inventory.references:
        if reference.suppressed or reference.id in told or reference.id in planned:
            continue
        if reference.action == "review":
            kind: Kind = "note" if reference.detail.startswith(SAME_OUTCOME) else "review"
            end = _nearest((reference.end, *map(endpoints.get, reference.call_sites)))
            yield _issue(reference, kind, reference.reason, _why(reference))._replace(end=end)
        elif reference.action != "leave" and reference.reason == "unproven":
            yield _issue(reference, "review", "unproven", _unselected(reference))
        elif reference.action != "leave" and is_held(reference):
            yield _issue(reference, "held", "GPT55-M001", _unselected(reference))
        elif reference.action != "leave":
            yield _issue(reference, "note", "not-selected", _unselected(reference))


def _issue(reference: Reference, kind: Kind, rule: str, message: str) -> Issue:
    place = (reference.path, reference.line, reference.column)
    key = f"{rule}|{reference.id}"
    line, end = reference.line, reference.end
    return Issue(*place, rule or "review", message, kind, reference.reason, line, key, (), end)


def _why(reference: Reference) -> str:
    why = reference.detail or words.REASONS.get(reference.reason, "a person must decide")
    return f"{reference.model}: {_one_line(why)}"


def _unselected(reference: Reference) -> str:
    target = f" -> {reference.replacement}" if reference.replacement else ""
    return f"{_one_line(reference.text)}{target}: {why_not(reference)}"


def why_not(reference: Reference) -> str:
    """Why a reference that could be changed is not changed now."""
    if reference.suppressed:
        return f"suppressed: {reference.held}" if reference.held else "suppressed"
    if reference.context not in ("src", "example"):
        return f"{reference.context} files are not written (--write-contexts {reference.context})"
    if reference.held:
        return f"held, since {reference.held}"
    if reference.reason == "unproven":
        return f"not proven: {reference.detail}; --unproven writes it"
    if reference.action == "extend":
        return "the new id may belong beside it; no edit is planned, so look yourself"
    return "held back by a change that it is tied to"


def is_held(reference: Reference) -> bool:
    """Whether the settings alone keep a change from being made, in a file of a kind that is written."""
    return bool(reference.held) and reference.context in ("src", "example") and not reference.suppressed


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _numbered(found: Iterable[Issue]) -> list[Issue]:
    """Issues whose `fingerprint` is still the key it is made of, each with a fingerprint of its own."""
    seen: Counter[str] = Counter()
    done = []
    for issue in found:
        seen[issue.fingerprint] += 1
        text = f"{issue.fingerprint}|{seen[issue.fingerprint]}"
        done.append(
            issue._replace(fingerprint=hashlib.sha256(text.encode(errors="replace")).hexdigest()[:32])
        )
    return done


_NUMBER = re.compile(r"\d+")
_FOLDERS = re.compile(r"(?<![\w:/])(?:[\w.@+-]+/)+(?=[\w.@+-]+\.\w)")
"""What stands before a file's name in a sentence: it depends on the folder that was named."""
_NAMING = ("name", "key", "old", "test", "pattern", "source")


def edit_key(edit: Edit, folder: str = "") -> str:
    """What an edit changes: the one occurrence of an id, or something at a call; ids hold no positions."""
    operation = type(edit.operation).__name__
    if operation == "ReplaceText" and len(edit.references) == 1:
        return f"{edit.rule}|{edit.references[0]}"
    site = edit.call_sites if len(edit.call_sites) == 1 else ()
    what = next((str(getattr(edit.operation, name)) for name in _NAMING if hasattr(edit.operation, name)), "")
    return "|".join([_path(folder, edit.path), edit.rule, *site, operation, what])


def finding_key(finding: Finding, folder: str = "") -> str:
    """What a finding is about, without the numbers in its message: they may be lines."""
    message = _FOLDERS.sub("", " ".join(finding.message.split()))
    about = finding.references or (_NUMBER.sub("0", message),)
    return "|".join([_path(folder, finding.path), finding.rule, finding.reason, *about])


def _path(folder: str, path: str) -> str:
    """A path as it is below the project, whatever part of that was named."""
    return posixpath.normpath(posixpath.join(folder, path)) if folder else path
