"""Requests of the edited program that a new id would be refused."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, TypeVar

import msgspec

from migrator.check.bounded import each
from migrator.check.completing import Fix
from migrator.check.copied_rows import other_template, without_refused, without_row
from migrator.check.faults import Fault, mended
from migrator.check.inputs import oversized
from migrator.check.lost import astray, lost
from migrator.check.missed_lookups import Lookups
from migrator.decide.contexts import Contexts
from migrator.decide.meanings import Names
from migrator.inventory.edit_records import ReplaceText
from migrator.know.solver import UnsolvedError
from migrator.parameternames import accounted
from migrator.read.ids import bare
from migrator.requests.contents import value_order
from migrator.requests.joints import joint
from migrator.requests.unsolved import body_as_written
from migrator.requests.violations import lacking, pictures_refused, untold, violations

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from migrator.check.admitting import Admitting
    from migrator.check.edited_places import Places
    from migrator.check.faults import Program
    from migrator.check.lost import Astray
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
        found.extend(requests.to_unknown({request.call for request in found}))
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
    is_open = any(one.unknown_model is not None and not one.is_too_much for one in others)
    for request in here:
        yield from _bare(request, places.behind, program, places, lambda v: _unless(plain, places.writing(v)))
    written = astray(found, places)

    def prefixed(group: str) -> Iterable[Edit]:
        return () if is_open else _unless(plain, places.of_group(group))

    yield from _gone_astray(requests, found, written, program, places, prefixed)
    yield from _deployed(found, written)
    yield from _looked_up(requests, written, program, places)
    yield from _not_read(written, program, places)


def _gone_astray(
    requests: Requests,
    found: Sequence[Request],
    written: Sequence[Astray],
    program: Program,
    places: Places,
    behind_prefix: Callable[[str], Iterable[Edit]],
) -> Iterator[Fault]:
    """What requests would refuse that ids may come to of which nobody knows where they go.

    `behind_prefix` are the edits of a group that may put an id behind what a library wants before it.
    """
    names, contexts = Names(program.rulebook.names), Contexts(program.rulebook.names, program.pins.projects)
    own_files = (file for file in requests.know.project.files.values() if contexts.of(file.path) == "src")
    between = joint(own_files, names.model) if written else None
    known = program.variants, program.rulebook

    def refuses(request: Request) -> bool:
        """Whether a request is known to hold what is refused."""
        return any(True for _ in chain(violations(request, *known), lacking(request, *known)))

    for group, request, is_part, is_only, is_whole in lost(found, written, requests.know.project, refuses):
        for violation in violations(request, *known):
            yield _fault(violation, request.call.where, frozenset((group,)), places)
        is_taken = partial(_is_taken, request, Names(program.rulebook.names))
        is_told = places.is_of_data(group) or (
            is_whole and _is_told_beside(group, request, places, refuses, is_taken)
        )
        for _, spread in untold(request, program.variants) if not is_told else ():
            yield _spread(request, spread, frozenset((group,)), places)
        always = partial(_always, frozenset((group,)))
        yield from _pictured(request, always, program, places)
        yield from _lacking(request, always, program, places) if is_only else ()
        edits = tuple(behind_prefix(group)) if between is None else ()
        if not is_part and not _is_for_here(group, request, program, places):
            yield from _bare(request, always, program, places, partial(_always, edits))


def _is_taken(request: Request, names: Names, key: object) -> bool:
    """Whether a key is one that the API takes by that name, not one of which something else is made."""
    rule = request.rule
    return names("request-key", str(key)) or key in {*accounted(rule.takes), *rule.model_names, *rule.prompt}


def _is_told_beside(
    group: str,
    request: Request,
    places: Places,
    refuses: Callable[[Request], bool],
    is_taken: Callable[[object], bool],
) -> bool:
    """Whether the dicts that ids of a group stand in tell a request's other parameters: none is refused."""
    literals = [places.literal(edit) for edit in places.of_group(group)]
    dicts = [node.parent for node in literals if node is not None and node.key is not None]
    bodies = [d for d in dicts if d is not None and all(k.kind == "Constant" for k in d.all("keys"))]
    written = [body_as_written(one, request.rule)._replace(models=request.models) for one in bodies]
    is_known = bool(written) and len(written) == len(literals) and all(one.parameters for one in written)
    is_known = is_known and all(is_taken(key.value) for one in bodies for key in one.all("keys"))
    return is_known and not any(map(refuses, written))


def _is_for_here(group: str, request: Request, program: Program, places: Places) -> bool:
    """Whether an id stands in a file that has this vendor's address, and nothing to do with a call."""
    hosts = program.rulebook.vendors.own_hosts
    paths = {edit.path for edit in places.of_group(group)}
    texts = [file.text for file in program.facts if file.path in paths and file.problem is None]
    is_here = any(host in text for host in hosts for text in texts)
    return is_here and request.call.file.path not in paths


def _deployed(requests: Sequence[Request], written: Sequence[Astray]) -> Iterator[Fault]:
    """Ids that get to no known request of a program that sends to deployments or other vendors alone."""
    kept = [one for one in requests if one.is_elsewhere or one.vendor == "azure"]
    open_ones = [one for one in kept if one.unknown_model is not None]
    if not open_ones or len(kept) < len(requests):
        return
    call = open_ones[0].call
    reason = "azure-deployment" if open_ones[0].vendor == "azure" else "other-vendor-endpoint"
    for one in written:
        if not one.is_offered:
            detail = f"the program sends nothing but to such endpoints, as at {call.where}"
            yield Fault(frozenset((one.group,)), call.where, call.file.path, call.line, detail, reason)


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


def _not_read(written: Sequence[Astray], program: Program, places: Places) -> Iterator[Fault]:
    """Files of which nobody knows what they send, where an id gets to no request that is known."""
    contexts = Contexts(program.rulebook.names, program.pins.projects)
    unread = [f for f in program.facts if f.problem is not None and f.problem.code != "too-many-ids"]
    unread = [f for f in unread if contexts.of(f.path) == "src"]
    for file in unread[:1] if written else ():
        for group in sorted({one.group for one in written}):
            detail = f"{file.path} could not be read, and nobody knows where this goes"
            yield Fault(frozenset((group,)), f"{file.path}:1", file.path, places.line(file.path, 1), detail)


def _looked_up(
    requests: Requests, written: Sequence[Astray], program: Program, places: Places
) -> Iterator[Fault]:
    """Look-ups by a model that is not known, where an id that gets to no request may not be found."""
    if not written:
        return
    library = program.library_tables
    lookups = Lookups(requests.know, requests.activations, bool, places.before, library)
    for node, path in lookups.unknown():
        line = places.line(node.file.path, node.line)
        for group, text, *_ in written:
            if library.lacks(path, text):
                detail = f"{node.where} looks up a model that is not known, and may not find {text!r}"
                yield Fault(frozenset((group,)), node.where, node.file.path, line, detail)


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


def _always(found: T, _: Value) -> T:
    return found


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


def _lacking(
    request: Request, behind: Callable[[Value], frozenset[str]], program: Program, places: Places
) -> Iterator[Fault]:
    """What a new id is not to be sent without another parameter."""
    for model, rule in lacking(request, program.variants, program.rulebook):
        if groups := behind(model):
            call, beside = request.call, " or ".join(rule.change.only_with)
            detail = (
                f"the call at {call.where} sends {beside} to {model.text} without {rule.name}: {rule.why}"
            )
            line = places.line(call.file.path, call.line)
            yield Fault(groups, call.where, call.file.path, line, detail, rule=rule.id)


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
