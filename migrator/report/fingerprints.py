"""Names for findings that outlive the lines they stand on: for baselines and code scanners."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from migrator.inventory import Finding
    from migrator.inventory.edit_records import Edit

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
