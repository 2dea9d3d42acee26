"""Requests of the edited program that a new id would be refused."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

import msgspec

from migrator.check.bounded import each
from migrator.check.completing import Fix
from migrator.check.copied_rows import other_template, without_refused, without_row
from migrator.check.faults import Fault, mended
from migrator.check.inputs import oversized
from migrator.inventory.edit_records import ReplaceText
from migrator.know.solver import UnsolvedError
from migrator.read.ids import bare
from migrator.requests.contents import value_order
from migrator.requests.violations import pictures_refused, untold, violations

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from migrator.check.admitting import Admitting
    from migrator.check.edited_places import Places
    from migrator.check.faults import Program
    from migrator.inventory.edit_records import Edit
    from migrator.know.values import Value
    from migrator.requests.request_records import Request
    from migrator.requests.requests import Requests
    from migrator.requests.violations import Violation


PICTURED = "GPT55-P901"
"""The rule of pictures that a new id does not read."""

T = TypeVar("T")
"""What says the vendor of a bare id."""


def refused(requests: Requests, program: Program, places: Places, admitting: Admitting) -> Iterator[Fault]:
    """What new ids would be refused, request by request."""
    found: list[Request] = []
    with suppress(UnsolvedError, RecursionError):
        found.extend(requests.all())
    here = [request for request in found if not request.is_elsewhere]

    def alone(request: Request) -> Iterator[Fault]:
        yield from _unknown(request, program, places)
        yield from _unspread(request, program, places)
        yield from _pictured(request, places.behind, program, places)
        yield from _too_long(requests, request, program, places)

    yield from each(here, alone)
    own = {request.call for request in here if request.vendor != "azure"}
    for request in found:
        if request.call in own and request.naming:
            yield from _kept(request, program, places)
    yield from _refused(here, program, places, admitting)
    others = [request for request in here if not request.rule.naming]
    plain = {edit.id for one in others for model in one.models for edit in places.writing(model)}
    for request in here:
        yield from _bare(request, places.behind, program, places, lambda v: _unless(plain, places.writing(v)))


def _kept(request: Request, program: Program, places: Places) -> Iterator[Fault]:
    """New ids that get to a deployment, or to another vendor, by one of several ways to a call."""
    reason = "azure-deployment" if request.vendor == "azure" else "other-vendor-endpoint"
    for model in request.models if request.is_elsewhere or request.vendor == "azure" else ():
        groups = places.behind(model) if bare(model.text or "") in program.variants else frozenset()
        if groups:
            call = request.call
            detail = f"by one way of coming there, the call at {call.where} goes to such an endpoint"
            line = places.line(call.file.path, call.line)
            yield Fault(groups, call.where, call.file.path, line, detail, reason)


def _refused(
    requests: Sequence[Request], program: Program, places: Places, admitting: Admitting
) -> Iterator[Fault]:
    """Parameters that are refused."""
    variants, rulebook = program.variants, program.rulebook
    found = [(one, r) for r in requests for one in violations(r, variants, rulebook)]
    sent = [(one, r.call.where) for one, r in found if len(r.models) == 1 or not admitting.is_barred(one)]
    parameters = frozenset(name for rule in rulebook.parameters for name in (rule.name, rule.change.rename))
    behind = [(one, where, places.behind(one.model)) for one, where in sent]
    ids = frozenset(admitting.written.target(one.model.text) for one, _, _ in behind)
    for violation, where, groups in behind:
        if groups or _stands(violation):
            fault = _fault(violation, where, groups, places)
            fix = admitting.kept_from(violation, ids) if groups or places.edits else None
            if fix is None and groups:
                fix = without_refused(places, violation)
            if fix is None and groups:
                fix = other_template(places, str(violation.model.text), admitting.known, parameters)
            is_fitting = groups or (fix is not None and fix.instead is not None)
            yield mended(fault, fix if is_fitting else None, admitting.passed(), places)


def _unspread(request: Request, program: Program, places: Places) -> Iterator[Fault]:
    for model, spread in untold(request, program.variants):
        if groups := places.behind(model):
            yield _spread(request, spread, groups, places)


def _spread(request: Request, spread: Value, groups: frozenset[str], places: Places) -> Fault:
    """What is spread into a call and may hold a parameter that a model refuses."""
    where, path = request.call.where, spread.node.file.path
    is_spread = any(keyword.value is None for keyword in request.call.all("keywords"))
    what = "what is spread into" if is_spread or request.parameters else "what is called by"
    detail = f"{what} the call at {where} is not known ({spread.data})"
    return Fault(groups, where, path, places.line(path, spread.node.line), detail)


def _pictured(
    request: Request, behind: Callable[[Value], frozenset[str]], program: Program, places: Places
) -> Iterator[Fault]:
    """Pictures that a new id can't read."""
    for model, shown in pictures_refused(request, program.variants, program.rulebook):
        where, path = request.call.where, shown.node.file.path
        detail = f"the call at {where} would send a picture ({shown.node.where}) to "
        coarse = shown is request.fine and shown is not request.picture
        less = "reads them at reduced fidelity only" if coarse else "takes text only"
        detail += f"{model.constant}, which {less}"
        groups, line = behind(model), places.line(path, shown.node.line)
        fix = without_row(places, bare(model.text or ""), groups)
        yield Fault(groups, where, path, line, detail, fix=fix, rule=PICTURED)


def _too_long(requests: Requests, request: Request, program: Program, places: Places) -> Iterator[Fault]:
    """Texts that are cut to more than a new id takes."""
    for cut in oversized(requests.know, request, program.rulebook, places.before):
        where, path = cut.node.where, cut.node.file.path
        detail = (
            f"{where} leaves up to {cut.length:,} characters for the call at {request.call.where}, more than "
        )
        detail += f"the {cut.window:,} tokens that {cut.model.constant} takes"
        yield Fault(places.behind(cut.model), where, path, places.line(path, cut.node.line), detail)


def _unless(plain: Collection[str], edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """Edits that no call wants as they are."""
    return tuple(edit for edit in edits if edit.id not in plain)


def _bare(
    request: Request,
    behind: Callable[[Value], frozenset[str]],
    program: Program,
    places: Places,
    writing: Callable[[Value], tuple[Edit, ...]],
) -> Iterator[Fault]:
    """Ids that a library looks up, and that it knows behind a prefix alone."""
    rules = [n for api in program.rulebook.apis for n in api.naming if n.id == request.rule.naming]
    given = {parameter.name for parameter in request.parameters}
    for rule in (one for one in rules if given.isdisjoint(one.provider)):
        for model in sorted(request.models, key=value_order):
            target = (model.text or "").removeprefix(rule.after)
            older = rule.known.get(target, "").replace(">=", "<")
            path = request.call.file.path
            is_known = bool(older and program.pins.too_old(older, path))
            if target in program.variants and model.text == rule.after + target and not is_known:
                where = request.call.where
                detail = f"{where} needs the id behind {rule.prefix}, and would be given {model.text!r}"
                fixes = [_behind(edit, rule.prefix, target) for edit in writing(model)]
                for fix in list(filter(None, fixes)) or (None,):
                    line = places.line(path, request.call.line)
                    yield Fault(behind(model), where, path, line, detail, fix=fix)


def _behind(edit: Edit, prefix: str, target: str) -> Fix | None:
    """An id that an edit writes, behind a prefix."""
    operation = edit.operation
    if not isinstance(operation, ReplaceText) or operation.new != target:
        return None
    longer = msgspec.structs.replace(operation, new=prefix + target)
    return Fix(edit.path, edit.anchor, longer, instead=operation)


def _unknown(request: Request, program: Program, places: Places) -> Iterator[Fault]:
    """Models that the edits put together and that no catalogue knows, where they were known before."""
    models = program.rulebook.catalog.models
    known = {*program.variants, *(m.id for m in models)}
    for model in sorted(request.models, key=value_order):
        text = bare(model.text or "")
        if text not in known and any(target in text for target in program.variants):
            before = bare(places.before(model) or "")
            if before in known:
                node = model.node
                detail = f"{node.where} would put together {text!r}, which is no model, out of {before!r}"
                yield Fault(places.behind(model), node.where, node.file.path, node.line, detail)


def _stands(violation: Violation) -> bool:
    """Whether what is refused is sure to be sent by code that is on a new id already."""
    is_known = violation.value.kind == "constant" and violation.value in violation.given.values
    return is_known or bool(violation.rule.change.rename)


def _fault(violation: Violation, where: str, groups: frozenset[str], places: Places) -> Fault:
    given = violation.given
    place = given.entry.node.where if given.entry.node is not None else given.entry.holder.where
    detail = (
        f"the call at {where} would send {_shown(violation)} to {violation.model.constant}, "
        f"which refuses it; it comes from {place}"
    )
    path, line = violation.value.node.file.path, violation.value.node.line
    return Fault(groups, where, path, places.line(path, line), detail, rule=violation.rule.id)


def _shown(violation: Violation) -> str:
    """A parameter with its value, as far as that is known."""
    name, value = violation.given.name, violation.value
    return f"{name}={value.constant!r}" if value.kind == "constant" else f"{name} ({value.data})"
