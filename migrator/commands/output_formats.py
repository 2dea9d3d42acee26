"""From an inventory to the formats that other tools read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from migrator.commands import work
from migrator.output import complain
from migrator.report import redact
from migrator.report.findings import Findings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from migrator.commands.options import Request
    from migrator.inventory import Inventory
    from migrator.report.fixes import Replacement
    from migrator.report.issues import Issue
    from migrator.report.rulehelp import RuleHelp

_TOPS = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")
"""Where CI systems say what the top folder of the checkout is."""


def findings(
    form: str,
    request: Request,
    inventory: Inventory,
    issues: Sequence[Issue],
    failing: frozenset[str],
    known: int = 0,
) -> Findings:
    """`issues` of an inventory as a format needs them."""
    root = request.target.root
    return Findings(
        issues=issues,
        diagnostics=redact.for_people(inventory).diagnostics,
        coverage=inventory.coverage,
        failing=failing,
        folder=_folder(root),
        helps=_helps(request, issues) if form == "sarif" else {},
        fixes=_fixes(inventory, root) if form == "sarif" else {},
        known=known,
    )


def render(form: str, found: Findings) -> str:
    """One of the formats that are made from findings."""
    from importlib import import_module

    module = import_module(f"migrator.report.{'comment' if form == 'markdown' else form}")
    return str(module.render(found))


def summarize(found: Findings) -> None:
    """The comment into the job's summary, where GitHub offers one."""
    file = os.environ.get("GITHUB_STEP_SUMMARY", "")
    if not file:
        return
    from migrator.report import comment

    try:
        with open(file, "ab") as stream:
            stream.write(comment.render(found).encode(errors="backslashreplace"))
    except OSError as error:
        complain(f"GITHUB_STEP_SUMMARY: {file}: cannot be written: {error.strerror}")


def _folder(root: Path) -> str:
    """From the top of the checkout, as CI or else the working directory has it, to the root of the run."""
    here = Path(os.path.realpath(root))
    for top in [*filter(None, map(os.environ.get, _TOPS)), os.getcwd()]:
        path = Path(os.path.realpath(top))
        if here.is_relative_to(path):
            return "" if here == path else here.relative_to(path).as_posix()
    return ""


def _helps(request: Request, issues: Sequence[Issue]) -> Mapping[str, RuleHelp]:
    from migrator.report.rulehelp import helps
    from migrator.rulebook.rulefiles import load_rulebook

    settings = request.settings
    rulebook = load_rulebook(settings.catalog, [Path(rule) for rule in settings.rules])
    return helps({issue.rule for issue in issues}, rulebook)


def _fixes(inventory: Inventory, root: Path) -> Mapping[str, tuple[Replacement, ...]]:
    from migrator.report.fixes import fixes

    return fixes(work.changes(inventory, root), inventory.edits)
