"""What older releases of a library send that newer ones don't, where a project's bound lets both in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.decide.requests.planned_parameters import Planned
from migrator.inventory import Parameter

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from migrator.decide.requests.given_parameters import Setting
    from migrator.decide.requests.pins import Pins
    from migrator.read.nodes import Node
    from migrator.rulebook.api_rules import Takes
    from migrator.rulebook.request_rules import ParameterRule


class Older:
    """Findings about one call; `sent` are the parameters that it is given and keeps."""

    def __init__(self, pins: Pins, takes: Takes, call: Node, sent: Collection[str]) -> None:
        self.call = call
        self.as_given = {name: needs for name, needs in takes.since.items() if name in sent}
        self.by_itself = {name: needs for name, needs in takes.unasked.items() if name not in sent}
        needed = {**self.as_given, **self.by_itself}
        found = {name: pins.letting_in(needs, call.file.path) for name, needs in needed.items()}
        self.pins = {name: pin for name, pin in found.items() if pin is not None}

    def unasked(self, rule: ParameterRule) -> Iterator[Planned]:
        """What such a release sends by itself."""
        if rule.name in self.by_itself and rule.name in self.pins and not rule.change.report:
            yield self._told(rule, self.by_itself[rule.name], "send one unasked", self.call)

    def given(self, rule: ParameterRule, setting: Setting) -> Iterator[Planned]:
        """What such a release sends as it is given."""
        if rule.name in self.as_given and rule.name in self.pins and not rule.change.report:
            plan = self._told(rule, self.as_given[rule.name], "send it as it is given", setting.value)
            yield plan._replace(setting=setting)

    def _told(self, rule: ParameterRule, needs: str, does: str, place: Node) -> Planned:
        release = needs.rpartition("=")[2]
        why = f"{self.pins[rule.name].said}, and releases before {release} {does}; {rule.why}"
        return Planned(Parameter(name=rule.name, line=place.line, action="review", rule=rule.id, why=why))
