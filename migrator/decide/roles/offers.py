"""Whose ids a list or table holds: this vendor's, or those of another program that has its own choice."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from migrator.decide.roles.literal_forms import id_like
from migrator.decide.roles.verdicts import bound_name
from migrator.decide.tables.id_containers import Containers
from migrator.decide.tables.readings import Readings
from migrator.read.scopes import FUNCTIONS
from migrator.requests.vendors import by_name
from migrator.rulebook.vendor_rules import OTHERS, TAKES_IDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from migrator.decide.linked import Linked
    from migrator.decide.roles.displays import Displays
    from migrator.decide.roles.surroundings import Surroundings
    from migrator.decide.roles.verdicts import Position, Verdict
    from migrator.read.nodes import Node


class Offers:
    """Judges ids that a list or table would gain: by the record, the names and the requests around it."""

    def __init__(self, linked: Linked, displays: Displays, surroundings: Surroundings) -> None:
        self.linked = linked
        self.surroundings = surroundings
        self.containers = Containers(linked, displays)
        self.readings = Readings(linked.project, linked.values)
        self._known: dict[Node, dict[str, str]] = {}

    def judged(self, place: Position, verdict: Verdict) -> Verdict:
        """The verdict, or a review where the ids are another vendor's or program's."""
        if place.shape.prefix and place.shape.vendor in OTHERS:
            return verdict
        said = self._beside(place.string)
        return verdict.review("other-vendor-endpoint", said) if said else verdict

    def _beside(self, string: Node) -> str:
        for name, url in self.surroundings.addresses_around(string):
            vendor = self.linked.receivers.host_vendor(url)
            if vendor:
                return f"{name} is {url}" if vendor in OTHERS else ""
        vendors = self.linked.rulebook.vendors
        keys = (key for key in self.surroundings.keys(string) if not id_like(key, vendors))
        said = self._named((*keys, bound_name(string)))
        if said is not None:
            return said
        sent = self._asked(string)
        if sent and set(OTHERS).issuperset(sent):
            return f"what is looked up in it is sent to another vendor at {min(sent.values())}"
        return (self._named(self._around(string)) or "") if set(TAKES_IDS).isdisjoint(sent) else ""

    def _named(self, names: Iterable[str]) -> str | None:
        """What is said by the first of some names that names a vendor; nothing where it is this one."""
        for name in names:
            vendor = by_name(name, self.linked.names)
            if vendor or self.linked.names("own-vendor", name):
                return f"{name} names another vendor" if vendor == "other" else ""
        return None

    def _around(self, string: Node) -> Iterator[str]:
        """What the code around a list is named, the nearest first."""
        yield from (str(one.value) for one in string.ancestors() if one.kind in (*FUNCTIONS, "ClassDef"))
        user = self.surroundings.only_user(string)
        if user is not None:
            yield str(user.value)
        yield PurePosixPath(string.file.path).stem

    def _asked(self, string: Node) -> dict[str, str]:
        """Where what is looked for in the list is sent: by vendor, a call of each."""
        container = self.containers.of(string)
        if container is None:
            return {}
        if container.node not in self._known:
            keys = [one.key for one in self.readings.of(container.node) if one.key is not None]
            sent = (one for key in keys for one in self._sent(key))
            self._known[container.node] = {vendor: call.where for call, vendor in sent}
        return self._known[container.node]

    def _sent(self, key: Node) -> Iterator[tuple[Node, str]]:
        """The requests that have for their model what a key may be that nobody here says."""
        given = {value.node for value in self.linked.known(key) if value.kind == "open"} | {key}
        for call, requests in self.linked.requests.items():
            for request in requests:
                if any(value.kind == "open" and value.node in given for value in request.models):
                    yield call, request.vendor
