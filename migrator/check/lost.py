"""Ids that get nowhere that is known, and requests whose model is not known: they may meet there."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from migrator.check.places import Places
    from migrator.know.values import Value
    from migrator.requests.records import Request


def astray(requests: Sequence[Request], places: Places) -> list[tuple[str, str]]:
    """The ids that are written and get to no request, each with its group."""
    return list(places.unseen(v for r in requests for v in r.models if v.text))


def lost(requests: Sequence[Request], written: Sequence[tuple[str, str]]) -> Iterator[tuple[str, Request]]:
    """Every such request with every such id for its model, and the group that writes the id."""
    own = {r.call for r in requests if r.vendor not in ("", "azure") and not r.is_elsewhere}
    kept = {r.call for r in requests if r.is_elsewhere or r.vendor == "azure"} - own
    for request in requests if written else ():
        unknown = _unknown(request)
        if unknown is None or request.call in kept:
            continue
        for group, text in written:
            name = unknown._replace(kind="constant", data=("str", text), more=())
            yield group, request._replace(models=frozenset((name,)))


def _unknown(request: Request) -> Value | None:
    """A model of a request that may be one of the program's own ids, and nobody knows."""
    unknown = next((v for v in request.models if may_be_any(v) or v.data == "caller outside"), None)
    nothing = [v for v in request.models if v.kind == "constant" and v.constant is None]
    is_only = len(nothing) == len(request.models) > 0 and request.rule.kind == "call"
    return nothing[0] if unknown is None and is_only else unknown


def may_be_any(model: Value) -> bool:
    """Whether a model may be one of the program's own ids, and nobody knows."""
    return model.kind == "open" or (model.kind == "library" and str(model.data).endswith("()"))
