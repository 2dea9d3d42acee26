"""Which parameter rules speak of a call, under the names that parameters have there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from migrator.rulebook.api_rules import Call, Takes
    from migrator.rulebook.request_rules import ParameterRule

SENT = "sent"
"""Among a rule's `apis`: every call that sends the parameter."""


def never(_requirement: str) -> bool:
    return False


def applying(
    call: Call,
    rules: tuple[ParameterRule, ...],
    is_older: Callable[[str], bool] = never,
    *,
    ids: Collection[str] = (),
) -> Iterator[ParameterRule]:
    """The rules for a call, each with its parameter named as the call is given it; its own come first.

    `is_older` says of a requirement (`openai>=1.45`) whether the project declares a release before it,
    `ids` are those that it may be given, which may stand behind a provider's name.
    """
    if call.takes.routed:
        call = _routed(call, ids)
    if call.takes.bare and any(map(_is_behind, ids)):
        yield from applying(_behind(call), tuple(r for r in rules if not _is_bare(r, call)), is_older)
        return
    own = {call.id, f"style:{call.style}"}
    settled = {rule.name for rule in rules if call.id in rule.apis and _settles(rule)}
    for rule in rules:
        if own & set(rule.apis):
            yield rule
        elif SENT in rule.apis:
            names = given_as(call.takes, rule.name, is_older)
            yield from (named(call.takes, rule, name) for name in names if name not in settled)


def _settles(rule: ParameterRule) -> bool:
    """Whether a rule says what becomes of a parameter that is given, not only what is added."""
    return not rule.change.report and rule.change.replace.keys() != {""}


def _is_behind(model: str) -> bool:
    """Whether an id stands behind a provider's name."""
    return "/" in model


def _routed(call: Call, ids: Collection[str]) -> Call:
    """A call as it takes parameters with ids that begin so."""
    renamed = dict(call.takes.renamed)
    for beginning, more in call.takes.routed.items():
        renamed |= more if any(one.startswith(beginning) for one in ids) else {}
    return msgspec.structs.replace(call, takes=msgspec.structs.replace(call.takes, renamed=renamed))


def _behind(call: Call) -> Call:
    """A call as it takes parameters where its id stands behind a provider's name."""
    takes = call.takes
    left = {name: why for name, why in takes.left_out.items() if name not in takes.bare}
    more = msgspec.structs.replace(takes, sent=(*takes.sent, *takes.bare), left_out=left, bare=())
    return msgspec.structs.replace(call, takes=more)


def _is_bare(rule: ParameterRule, call: Call) -> bool:
    """Whether a rule only says that a call leaves a parameter out, which is for ids that stand alone."""
    return rule.change.report and call.id in rule.apis and rule.name in call.takes.bare


def given_as(takes: Takes, sent: str, is_older: Callable[[str], bool] = never) -> list[str]:
    """The names under which a call can be given what its request holds as `sent`."""
    outer, dot, inner = sent.partition(".")
    found = [f"{name}{dot}{inner}" for name in (*takes.sent, *takes.refused) if name == outer]
    for name, other in takes.renamed.items():
        if other == sent and not is_older(takes.since.get(name, "")):
            found.append(name)
    changed = {**takes.renamed, **takes.left_out}
    found += [
        name for name in changed if name == sent and takes.since.get(name) and is_older(takes.since[name])
    ]
    if takes.open and outer not in accounted(takes):
        found.append(sent)
    return list(dict.fromkeys(found))


def accounted(takes: Takes) -> set[str]:
    """The parameters of which is said what becomes of them."""
    return {*takes.sent, *takes.renamed, *takes.left_out, *takes.refused}


def accepts(takes: Takes, sent: str) -> str:
    """The name under which a call is given what its request is to hold as `sent`; none: it cannot be."""
    return next(iter(given_as(takes, sent)), "")


def _as_given(takes: Takes, conditions: tuple[str, ...]) -> Iterator[str]:
    """Conditions on what is sent, and the same under the names that a call is given it by."""
    for condition in conditions:
        sent, is_valued, wanted = condition.partition("=")
        yield condition
        yield from (
            f"{name}{is_valued}{wanted}" for name, other in takes.renamed.items() if other == sent != name
        )


def named(takes: Takes, rule: ParameterRule, name: str) -> ParameterRule:
    """A rule under the name that a call gives its parameter; a library refuses whatever else is given."""
    change = rule.change
    if change.unless:
        change = msgspec.structs.replace(change, unless=tuple(_as_given(takes, change.unless)))
    if name in takes.refused:
        unless = tuple(one for one in change.unless if one in takes.refused_unless)
        change = msgspec.structs.replace(change, unless=unless)
    if change.rename:
        rename = accepts(takes, change.rename)
        raw = next(iter(takes.raw), "") if not rename else ""
        given = rename or raw
        change = msgspec.structs.replace(
            change,
            rename=rename,
            report=not rename,
            into=f"{raw}.{change.rename}" if raw else "",
            needs=takes.needs.get(given, change.needs),
            measured=takes.measured if given in takes.needs else change.measured,
            blocks=change.blocks if given else "capability-lost",
        )
    elif change.replace and name in takes.needs:
        change = msgspec.structs.replace(change, needs=takes.needs[name], measured=takes.measured)
    return (
        rule
        if name == rule.name and change == rule.change
        else msgspec.structs.replace(rule, name=name, change=change)
    )
