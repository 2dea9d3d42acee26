"""Rules of several files made one: later ones take the place of earlier ones; defaults go to each call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from migrator.rulebook.api_rules import Api, Call, Takes
from migrator.rulebook.base import Rule, RuleError
from migrator.rulebook.rulechecks import (
    identity,
)
from migrator.rulebook.ruleerrors import label

if TYPE_CHECKING:
    from collections.abc import Iterable

    from migrator.rulebook.catalog_rules import Catalog
    from migrator.rulebook.ruleforms import CatalogPart, UserRules


R = TypeVar("R", bound=Rule)


def with_takes(apis: list[Api], shown: str) -> tuple[Api, ...]:
    """Each call with what it takes, or what the call takes that it names."""
    calls = {call.id: call for api in apis for call in api.call}
    for call in calls.values():
        other = calls.get(call.takes_as)
        if call.takes_as and (other is None or other.takes_as):
            raise RuleError(f'{shown}: call "{call.id}": key "takes_as": no call "{call.takes_as}"')
    replace = msgspec.structs.replace
    return tuple(
        replace(
            api,
            call=tuple(replace(call, takes=_takes(call, calls)) for call in api.call),
        )
        for api in apis
    )


def _takes(call: Call, calls: dict[str, Call]) -> Takes:
    """Its own, the other's that it names; a request that nothing is said of holds what it is given."""
    if call.takes_as:
        other = calls[call.takes_as].takes
        return msgspec.structs.replace(other, renamed=other.renamed | call.takes.renamed)
    is_plain = call.takes == Takes() and call.style in ("chat", "responses")
    return Takes(open=True) if is_plain else call.takes


def with_defaults(api: Api) -> Api:
    """Each call with what its file says for all of them."""
    replace = msgspec.structs.replace
    calls = tuple(
        replace(call, leave_out=call.leave_out or api.leave_out, null=call.null or api.null)
        for call in api.call
    )
    return replace(api, call=calls)


def joined(part: CatalogPart, own: Catalog) -> Catalog:
    return msgspec.structs.replace(
        own,
        families=merged(part.families, own.families),
        models=merged(part.models, own.models),
        specials=merged(part.specials, own.specials),
        endings=merged(part.endings, own.endings),
    )


def with_snapshots(raw: dict[str, Any], shown: str) -> dict[str, Any]:
    """A model has the figures of the one above that it is a snapshot of, unless it gives its own."""
    models = raw.get("models", [])
    if not isinstance(models, list) or not all(isinstance(each, dict) for each in models):
        return raw
    filled: dict[str, dict[str, Any]] = {}
    for number, each in enumerate(models):
        base = each.get("snapshot_of")
        if base is not None and base not in filled:
            where = label("models", each, number)
            raise RuleError(f'{shown}: {where}: key "snapshot_of": no model "{base}" above')
        own = each.get("id", number)
        if own in filled:
            raise RuleError(f"{shown}: {label('models', each, number)}: the id is used twice")
        filled[own] = {**filled.get(base, {}), **each}
    return {**raw, "models": list(filled.values())}


def merged(base: Iterable[R], more: Iterable[R], *, keep: bool = False) -> tuple[R, ...]:
    """Both, in order; of two with one identity the later wins (the earlier, with `keep`)."""
    by_id = {identity(each): each for each in base}
    for each in more:
        if not (keep and identity(each) in by_id):
            by_id[identity(each)] = each
    return tuple(by_id.values())


def replaced_calls(apis: tuple[Api, ...], rules: UserRules) -> tuple[Api, ...]:
    if not rules.library:
        return apis
    ids = {call.id for call in rules.call}
    kept = [
        msgspec.structs.replace(api, call=tuple(each for each in api.call if each.id not in ids))
        for api in apis
    ]
    own = Api(
        library=rules.library,
        packages=rules.packages,
        source=rules.source,
        client=rules.client,
        call=rules.call,
    )
    return with_takes([*kept, own], rules.library)


def overridden(catalog: Catalog, part: CatalogPart) -> Catalog:
    return msgspec.structs.replace(
        catalog,
        families=merged(catalog.families, part.families),
        models=merged(catalog.models, part.models),
        specials=merged(catalog.specials, part.specials),
    )
