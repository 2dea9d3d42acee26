"""`explain PATH:LINE`: everything that is known about one line, and the ledger of its decision."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from migrator.commands import DONE, FAILED, target, work
from migrator.errors import UsageError
from migrator.output import complain_of, show
from migrator.report.ledger import ledger
from migrator.report.style import style_of

if TYPE_CHECKING:
    from migrator.commands.options import Request
    from migrator.inventory import Diagnostic


def names_rule(text: str) -> bool:
    """Whether what is to be explained is the name of a rule or a reason, not a place."""
    return ":" not in text and "/" not in text and not Path(text).exists()


def explain_rule(name: str, request: Request) -> int:
    """Print what a rule or a reason means, its source, what to do by hand and how to turn it off."""
    from migrator.report.rulehelp import known_rules, paragraph
    from migrator.rulebook.rulefiles import load_rulebook
    from migrator.settings import suggestion

    settings = request.settings
    known = known_rules(load_rulebook(settings.catalog, [Path(rule) for rule in settings.rules]))
    if name not in known:
        raise UsageError(f"{name}: neither PATH:LINE nor a rule or reason; {suggestion(name, known)}")
    show(paragraph(name, known[name], style_of(sys.stdout)))
    return DONE


def explain(where: target.Place, request: Request) -> int:
    """Print the ledger of the call sites, references and edits on a line; all of the root is read for it."""
    path = target.relative(where, request.target.root)
    inventory = work.review(request)
    text = ledger(inventory, path, where.line, style_of(sys.stdout))
    failed = [item for item in inventory.diagnostics if item.path == path]
    complain_of(failed)
    show(text)
    return _code(failed)


def _code(failed: list[Diagnostic]) -> int:
    return FAILED if failed else DONE
