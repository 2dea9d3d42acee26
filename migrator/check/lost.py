"""Ids that get nowhere that is known, and requests whose model is not known: they may meet there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from migrator.requests.conditions import for_text
from migrator.requests.request_records import is_put_together

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from migrator.check.edited_places import Places
    from migrator.know.values import Value
    from migrator.read.project import Project
    from migrator.requests.request_records import Request


class Meeting(NamedTuple):
    """An id that may come to a request: its group, the request with it for its model.

    `is_part`: the model is put together there, so that the id would be a part of it; `is_only`: there are no
    other requests that it may come to, and all would refuse it; `is_whole`: what is spread there holds it.
    """

    group: str
    request: Request
    is_part: bool
    is_only: bool
    is_whole: bool = False


class Astray(NamedTuple):
    """An id that is written and gets to no request: its group, its text, the file that it stands in.

    `is_offered`: it joins a list of choices while no id moves with it; anybody may choose it.
    `is_misled`: all that is seen of its way ends at requests for other vendors' models: there is more to it.
    """

    group: str
    text: str
    path: str
    is_offered: bool = False
    is_misled: bool = False


def astray(requests: Sequence[Request], places: Places) -> list[Astray]:
    """The ids that are written and get to no request, or to none for this vendor's models."""
    nowhere = set(places.unseen(v for r in requests for v in r.models if v.text))
    own = (r for r in requests if not r.is_elsewhere)
    unseen = places.unseen(v for r in own for v in r.models if v.text)
    return [Astray(*one, is_misled=one not in nowhere) for one in unseen]


def lost(
    requests: Sequence[Request],
    written: Sequence[Astray],
    project: Project,
    refuses: Callable[[Request], bool],
) -> Iterator[Meeting]:
    """Every such request with every such id for its model, and the group that writes the id.

    A dict that is a request by its keys alone, and a call whose models are too many to find, are one for ids
    of their own file and of those that it imports or that import it; the call for misled ones, too. Where
    there are no other calls than such, and all of them would refuse an id, it comes to grief at one.
    """
    own = {r.call for r in requests if r.vendor not in ("", "azure") and not r.is_elsewhere}
    kept = {r.call for r in requests if r.is_elsewhere or r.vendor == "azure"} - own

    def is_open(one: Request) -> bool:
        is_kept = one.call in kept and (one.is_elsewhere or one.vendor == "azure")
        return one.unknown_model is not None and not is_kept

    asking = [one for one in requests if is_open(one)]
    calls = [r for r in asking if r.call.kind != "Dict"]
    shut = {
        one.text for one in written if all(r.is_too_much and refuses(_asking_for(r, one.text)) for r in calls)
    }
    for request in asking if written else ():
        path = request.call.file.path
        is_call = request.call.kind != "Dict"
        is_any = is_call and not request.is_too_much
        for one in written:
            may_come = one.is_offered or (is_call and (one.is_misled or one.text in shut))
            if is_any or may_come or project.are_near(path, one.path):
                is_part = request.unknown_model is not None and is_put_together(request.unknown_model)
                asking_for, is_whole = _asking_for(request, one.text), not request.models
                yield Meeting(one.group, asking_for, is_part, one.text in shut, is_whole)


def _asking_for(request: Request, text: str) -> Request:
    """A request whose model is not known, for one model."""
    unknown = request.unknown_model
    assert unknown is not None
    name = unknown._replace(kind="constant", data=("str", text), more=())
    return for_text(_of_one_object(request, unknown), text)._replace(models=frozenset((name,)))


def _of_one_object(request: Request, unknown: Value) -> Request:
    """What comes out of the same object of a caller outside as the program's own model is its own, too."""

    def own(value: Value) -> Value:
        is_same = value.kind == "open" and value.node is unknown.node and value.data == "caller outside"
        return value._replace(data="computed") if is_same else value

    given = (one._replace(values=frozenset(map(own, one.values))) for one in request.parameters)
    return request._replace(parameters=tuple(given))
