"""Calls whose window shrinks with nothing to bound what is sent, and handlers of the error that follows."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from migrator.decide.additions import Additions
from migrator.decide.guards import Guards
from migrator.decide.limit_links import scope_of
from migrator.decide.numbers import source
from migrator.inventory import Edit, Finding, ReplaceExpression

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.engine import Judged
    from migrator.decide.plans import Planner
    from migrator.inventory import Operation
    from migrator.read.facts import Node
    from migrator.rulebook import Model, Overflow

UNGUARDED, GUARD, HANDLER = "GPT55-L004", "GPT55-L005", "GPT55-L006"
_CODE = "context_length_exceeded"


def unguarded(planner: Planner) -> Additions:
    """A finding, or with `guards` a guard, where the window shrinks and nothing bounds what is sent."""
    added = Additions()
    guards = Guards(planner) if planner.engine.settings.guards else None
    for call, ones in planner.by_site.items():
        moving = [one for one in ones if one.id in planner.variants and planner._wanted(one)]
        shrunk = _shrunk(planner, moving)
        if shrunk is None or _is_bounded(planner, call, shrunk[1]):
            continue
        changes = guards.of(call, shrunk[1]) if guards is not None else []
        if changes and planner.written(call.file.path, call.line, GUARD):
            added.edits += [_guard(planner, call, moving, *change) for change in changes]
        else:
            added.findings.append(_finding(planner, call, moving, *shrunk))
    return added


def _shrunk(planner: Planner, moving: list[Judged]) -> tuple[Model, Model] | None:
    """The models before and after, where the one after takes less."""
    found = None
    for one in moving:
        old = planner.engine.catalogue.model(one.occurrence.model)
        new = planner.engine.catalogue.model(planner._target(planner.variants[one.id]))
        if old is None or new is None or old.context_window is None or new.context_window is None:
            continue
        smaller = (new.max_input or new.context_window) < (old.max_input or old.context_window)
        if smaller and (found is None or new.context_window < (found[1].context_window or 0)):
            found = old, new
    return found


def _is_bounded(planner: Planner, call: Node, new: Model) -> bool:
    """Whether a limit, a constant prompt or the API itself keeps the input within the window."""
    window = new.max_input or new.context_window or 0
    if any(bound.after <= window for bound in planner.costs.bounds.get(call, ())):
        return True
    truncation = call.keyword("truncation")
    if truncation is not None and truncation.value == "auto":
        return True
    prompt = planner.prompts.of(planner.sites[call])
    return prompt.complete and not prompt.variables


def _finding(planner: Planner, call: Node, moving: list[Judged], old: Model, new: Model) -> Finding:
    return Finding(
        rule=UNGUARDED,
        path=call.file.path,
        line=call.line,
        column=call.span[1] + 1,
        message=(
            f"{new.id} takes {new.max_input or new.context_window:,} tokens, {old.id} took "
            f"{old.max_input or old.context_window:,}, and nothing here bounds what is sent"
        ),
        references=tuple(one.id for one in moving),
        call_sites=(planner.site_id(call),),
    )


def _guard(planner: Planner, call: Node, moving: list[Judged], anchor: Node, operation: Operation) -> Edit:
    return _edit(planner, moving, anchor, operation, GUARD, "keeps what is sent within the smaller window")


def _edit(
    planner: Planner, moving: list[Judged], anchor: Node, operation: Operation, rule: str, why: str
) -> Edit:
    for other in moving[1:]:
        planner.groups.join(moving[0].id, other.id)
    key = f"{anchor.file.path}|{anchor.span}|{operation}"
    return Edit(
        id="e-" + hashlib.sha256(key.encode()).hexdigest()[:10],
        path=anchor.file.path,
        anchor=anchor.span,
        operation=operation,
        group=moving[0].id,
        why=why,
        rule=rule,
        rank=1,
        references=tuple(one.id for one in moving),
    )


# -- handlers of the error -------------------------------------------------------------------------


def handlers(planner: Planner) -> Additions:
    """Tests for the old models' wording of the error learn the new one's."""
    added = Additions()
    for rule in planner.engine.rulebook.limits.overflow:
        for compare in _tests(planner, rule):
            moving = _tried(planner, compare)
            if moving:
                _extend(planner, compare, rule, moving, added)
    return added


def _tests(planner: Planner, rule: Overflow) -> Iterator[Node]:
    """`"maximum context length" in str(error)`, unless the error's code is tested beside it."""
    for file in planner.engine.linked.project.files.values():
        for compare in file.of_kind("Compare"):
            left = compare.child("left")
            text = left.value if left is not None and left.kind == "Constant" else None
            is_test = compare.value == ("In",) and isinstance(text, str) and rule.old in text.lower()
            if is_test and not _knows(compare, (rule.new, _CODE)):
                yield compare


def _knows(compare: Node, texts: tuple[str, ...]) -> bool:
    whole = compare.parent if compare.parent is not None and compare.parent.kind == "BoolOp" else compare
    constants = [str(node.value).lower() for node in whole.descendants() if node.kind == "Constant"]
    return any(text in constant for text in texts for constant in constants)


def _tried(planner: Planner, compare: Node) -> list[Judged]:
    """What moves in the calls that the handler's `try` (else the function) holds."""
    holder = next(
        (above for above in compare.ancestors() if above.kind in ("Try", "TryStar")), scope_of(compare)
    )
    found: dict[str, Judged] = {}
    for call, ones in planner.by_site.items():
        if call.inside(holder):
            found |= {one.id: one for one in ones if one.id in planner.variants and planner._wanted(one)}
    return list(found.values())


def _extend(planner: Planner, compare: Node, rule: Overflow, moving: list[Judged], added: Additions) -> None:
    left, right = source(compare.child("left")), source(compare.child("comparators"))
    why = f'the new model says "{rule.new}" where the old one said "{rule.old}"'
    if left and right and planner.written(compare.file.path, compare.line, HANDLER):
        left = '"' + left[1:-1] + '"' if '"' not in left and "\\" not in left else left
        operation = ReplaceExpression(source=f'{left} in {right} or "{rule.new}" in {right}')
        added.edits.append(_edit(planner, moving, compare, operation, HANDLER, why))
        return
    added.findings.append(
        Finding(
            rule=HANDLER, path=compare.file.path, line=compare.line, column=compare.span[1] + 1, message=why
        )
    )
