"""What a rehearsal says of single references, and what becomes of an inventory by it."""

from __future__ import annotations

import ast
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from migrator.errors import UsageError
from migrator.evidence.rehearsal import Refused, Rehearsal, Verdict
from migrator.inventory import Finding
from migrator.inventory.edit_records import Edit, ReplaceText

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from migrator.decide.contexts import Contexts
    from migrator.evidence.running import Line
    from migrator.evidence.standin.world import World
    from migrator.inventory import CallSite, Inventory, Reference
    from migrator.inventory.edit_records import Span
    from migrator.rulebook.catalog_rules import Catalog

RELEASABLE = frozenset({"capability-lost", "dynamic", "shared-kwargs", "must-move-together"})
"""Reasons that are about what a request may hold at run time."""
NAMED = 10
RULE_HOLDS, RULE_FAILS = "GPT55-E001", "GPT55-E002"


class Ground(NamedTuple):
    """What the runs were about: sources by path, before and after; and the judges of both runs."""

    inventory: Inventory
    command: tuple[str, ...]
    old: Mapping[str, bytes]
    new: Mapping[str, bytes]
    worlds: tuple[World, World]
    contexts: Contexts
    expectation: Callable[[Sequence[str]], str]


class Group(NamedTuple):
    """The requests of one place, before and after."""

    site: CallSite | None
    joined: str
    before: list[Line]
    after: list[Line]


def verdicts(ground: Ground, groups: Iterable[Group]) -> Iterator[Verdict]:
    """Written places whose requests are refused, and held ones whose requests the new model takes."""
    by_site = {group.site.id: group for group in groups if group.site is not None}
    for reference in ground.inventory.references:
        reached = [by_site[site] for site in reference.call_sites if site in by_site]
        if not reached:
            continue
        if reference.selected:
            yield from _written(reference, reached, ground)
        elif reference.action == "review" and reference.reason in RELEASABLE:
            yield from _held(reference, reached, ground)


def _written(reference: Reference, reached: Sequence[Group], ground: Ground) -> Iterator[Verdict]:
    for group in reached:
        before = {one.message for one in refusals(group.before, ground.worlds[0])}
        for one in refusals(group.after, ground.worlds[1]):
            if one.message not in before and one.model == reference.replacement:
                yield _verdict(reference, f"{one.model}: {one.message}", holds=False)
                return


def _held(reference: Reference, reached: Sequence[Group], ground: Ground) -> Iterator[Verdict]:
    """Every call that the id reaches was made with it, and the new model takes all that was sent."""
    target = _target(reference, targets(ground.worlds[0].rulebook.catalog))
    sent = [[line for line in group.before if line.model == reference.model] for group in reached]
    if not target or len(reached) < len(reference.call_sites) or not all(sent):
        return
    refused = [one for lines in sent for one in refusals(lines, ground.worlds[1], target)]
    if refused:
        yield _verdict(reference, f"{target}: {refused[0].message}", holds=False)
    else:
        count = sum(map(len, sent))
        yield _verdict(reference, f"{target} takes all of {count} requests", holds=True)


def _verdict(reference: Reference, why: str, *, holds: bool) -> Verdict:
    return Verdict(
        fingerprint=reference.fingerprint,
        place=f"{reference.path}:{reference.line}",
        model=reference.model,
        holds=holds,
        why=why,
    )


def targets(catalog: Catalog) -> dict[str, str]:
    """The id of each variant that is an id and nothing else, by the name that the guide gives it."""
    return {one.guide_id: one.id for one in catalog.variants.values() if not one.defaults}


def _target(reference: Reference, targets: Mapping[str, str]) -> str:
    choice = reference.recommendation
    return targets.get(choice.variant, "") if choice else ""


def refusals(lines: Iterable[Line], world: World, model: str = "") -> tuple[Refused, ...]:
    """What the API would refuse of some requests, were they sent to `model`; else as they are."""
    found: dict[tuple[str, str, str], list[Line]] = defaultdict(list)
    for line in lines:
        body = {**line.body, "model": model} if model else line.body
        refusal = world.refusal(line.host, line.endpoint, body)
        if refusal is not None:
            found[str(body.get("model")), refusal.message, refusal.param or ""].append(line)
    return tuple(
        Refused(
            model=name,
            message=message,
            parameter=parameter,
            came=_came(of[0], parameter),
            requests=len(of),
            tests=tuple(sorted({line.test for line in of if line.test})[:NAMED]),
        )
        for (name, message, parameter), of in found.items()
    )


def _came(line: Line, parameter: str) -> tuple[str, ...]:
    return line.came.get(parameter.partition(".")[0] or "model") or line.places[:1]


# -- --rehearsed -----------------------------------------------------------------------------------


def read(file: Path) -> Rehearsal:
    """A rehearsal's JSON; raises UsageError."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=Rehearsal)
    except OSError as error:
        raise UsageError(f"--rehearsed {file}: cannot be read: {error.strerror}") from None
    except msgspec.MsgspecError as error:
        raise UsageError(f"--rehearsed {file}: no report of rehearse --format json: {error}") from None


def applied(
    inventory: Inventory, verdicts: Iterable[Verdict], sources: Mapping[str, bytes], names: Mapping[str, str]
) -> Inventory:
    """The inventory with held places released that hold, and written ones withdrawn that fail."""
    told = {verdict.fingerprint: verdict for verdict in verdicts}
    failing = {
        edit.group
        for edit in inventory.edits
        for reference in inventory.references
        if reference.id in edit.references and reference.selected and _fails(told.get(reference.fingerprint))
    }
    lost = {r for edit in inventory.edits if edit.group in failing for r in edit.references}
    references, edits, findings = [], [], list(inventory.findings)
    for reference in inventory.references:
        verdict = told.get(reference.fingerprint)
        made = _released(reference, verdict, sources, _target(reference, names))
        if made is not None and verdict is not None:
            edits.append(made)
            references.append(_moving(reference, verdict, _target(reference, names)))
        elif reference.id in lost and reference.selected:
            held = _staying(reference, verdict)
            references.append(held)
            findings.append(_finding(held))
        else:
            references.append(reference)
    kept = (msgspec.structs.replace(e, selected=False) if e.group in failing else e for e in inventory.edits)
    return msgspec.structs.replace(
        inventory, references=tuple(references), edits=(*kept, *edits), findings=tuple(findings)
    )


def _moving(reference: Reference, verdict: Verdict, target: str) -> Reference:
    variant = reference.recommendation.variant if reference.recommendation else ""
    return msgspec.structs.replace(
        reference, action="rewrite", selected=True, replacement=target, reason="", variant=variant,
        detail=f"released: rehearsed, {verdict.why}",
    )  # fmt: skip


def _staying(reference: Reference, verdict: Verdict | None) -> Reference:
    why = verdict.why if verdict is not None else "it goes with a place that failed"
    return msgspec.structs.replace(
        reference, action="review", selected=False, replacement="", variant="",
        reason="capability-lost", detail=f"rehearsed: {why}",
    )  # fmt: skip


def _fails(verdict: Verdict | None) -> bool:
    return verdict is not None and not verdict.holds


def _finding(reference: Reference) -> Finding:
    return Finding(
        rule=RULE_FAILS, path=reference.path, line=reference.line, column=reference.column,
        message=f"{reference.model} stays: {reference.detail}", reason="capability-lost",
        references=(reference.id,),
    )  # fmt: skip


def _released(
    reference: Reference, verdict: Verdict | None, sources: Mapping[str, bytes], target: str
) -> Edit | None:
    """The edit of a held place that holds; nothing for any other."""
    if verdict is None or not verdict.holds or reference.reason not in RELEASABLE or not target:
        return None
    anchor = _literal(sources.get(reference.path, b""), reference)
    if anchor is None:
        return None
    return Edit(
        id=f"e-{reference.fingerprint[:10]}",
        path=reference.path,
        anchor=anchor,
        operation=ReplaceText(old=reference.model, new=target),
        group=f"g-{reference.fingerprint[:10]}",
        why=f"{reference.model} -> {target}: held, and rehearsed: {verdict.why}",
        rule=RULE_HOLDS,
        references=(reference.id,),
        call_sites=reference.call_sites,
    )


def _literal(source: bytes, reference: Reference) -> Span | None:
    """The span of the one literal that a reference is, as `ast` has it."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return None
    found = [
        (node.lineno, node.col_offset, node.end_lineno or 0, node.end_col_offset or 0)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value == reference.text
        and node.lineno == reference.line
    ]
    return found[0] if len(found) == 1 else None
