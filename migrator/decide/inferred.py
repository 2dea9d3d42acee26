"""Calls that no rule knows and that are given a model: whose they are, and what they may send with it."""

from __future__ import annotations

import sys
from functools import cached_property
from typing import TYPE_CHECKING

from migrator.decide.meanings import snake
from migrator.read.scopes import last_name
from migrator.rulebook.vendor_rules import OTHERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from migrator.decide.meanings import Names
    from migrator.decide.receivers import Receivers
    from migrator.know.values import Value, Values
    from migrator.read.nodes import Node
    from migrator.rulebook import Rulebook
    from migrator.rulebook.request_rules import ParameterRule

    Known = Callable[[Node], Values]


class Inferred:
    """Judges such calls of one project; `known`, of who holds this, says what an expression may be."""

    def __init__(self, rulebook: Rulebook, names: Names, receivers: Receivers) -> None:
        self.rulebook = rulebook
        self.names = names
        self.receivers = receivers

    def is_elsewhere(self, call: Node, known: Known) -> bool:
        """Whether a call is given an address, and it is no endpoint of this vendor's."""
        judged = [
            self.receivers.host_vendor(v.text or "")
            for one in call.all("keywords")
            if self.names("address", str(one.value or ""))
            for v in known(one.first)
            if v.kind == "constant" and (v.text is None or "://" in v.text)
        ]
        return bool(judged) and all(vendor in OTHERS for vendor in judged)

    def is_unknown(self, call: Node, name: str, known: Known) -> bool:
        """Whether nobody here says what is sent: a library's object keeps the model for its own calls.

        What is given by a name for a default, or to a record of settings, is sent by who reads it there.
        """
        callee, paths = last_name(call.first), list(self._called(call, known))
        is_kept = name.lower().startswith("default") or self.names("config-callee", callee)
        return bool(paths) and callee[:1].isupper() and not is_kept and not self._is_vendors(call, paths)

    def _is_vendors(self, call: Node, paths: list[str]) -> bool:
        """Whether a call is said to be for this vendor: by its path, a provider, an address."""
        names = self.names
        asked = {key for provider in self.rulebook.vendors.provider for key in provider.keys}
        given = (str(keyword.value or "") for keyword in call.all("keywords"))
        is_said = any(name in asked or names("address", name) for name in given)
        return is_said or any(names("own-vendor", part) for path in paths for part in path.split("."))

    def is_refused(self, name: str, values: Values) -> bool:
        """Whether new models refuse a parameter of a name, whatever it may be that they take."""
        rules = self._refusing.get(name, ())
        kept = {text for rule in rules for text in rule.change.keep_values} | {"None"}
        return bool(rules) and any(v.kind != "constant" or repr(v.constant) not in kept for v in values)

    def means_refused(self, name: str, values: Values) -> bool:
        """The same of a name that says more: `llm_temperature`; there only of what numbers are for."""
        said = snake(name).strip("_")
        if said in self._refusing:
            return self.is_refused(said, values)
        around = (one for one in self._numeric if said.startswith(f"{one}_") or said.endswith(f"_{one}"))
        return any(self.is_refused(one, values) for one in around)

    def is_open(self, values: Values) -> bool:
        """Whether nobody here says what anything sends that is called."""
        return bool(values) and all(map(self._is_open, values))

    def _is_open(self, value: Value) -> bool:
        top, _, rest = str(value.data).partition(".")
        is_known = top in sys.stdlib_module_names or top in self.names.listed("suiting-library")
        return value.kind == "library" and bool(rest) and not is_known

    def is_of_another(self, values: Values) -> bool:
        """Whether the library that is called is another vendor's, where an id of this one's does not come."""
        parts = {part for value in values for part in str(value.data).split(".")}
        return self.names.any("other-vendor", parts) and not self.names.any("own-vendor", parts)

    def _called(self, call: Node, known: Known) -> Iterator[str]:
        """The dotted paths of what is called, if all that it may be is of libraries without a rule."""
        values = known(call.first)
        if self.is_open(values):
            paths = sorted(str(v.data) for v in values)
            yield from paths if self.libraries.isdisjoint(path.partition(".")[0] for path in paths) else ()

    @cached_property
    def libraries(self) -> frozenset[str]:
        """The packages that rules speak of."""
        calls = [call for api in self.rulebook.apis for call in api.call]
        return frozenset(path.partition(".")[0] for call in calls for path in call.callees)

    @cached_property
    def _numeric(self) -> tuple[str, ...]:
        """The refused parameters that are numbers: renamed, or kept where they are a certain one."""
        said = self._refusing.items()
        return tuple(
            name
            for name, rules in said
            if any(r.change.rename or any(map(_is_number, r.change.keep_values)) for r in rules)
        )

    @cached_property
    def _refusing(self) -> dict[str, list[ParameterRule]]:
        """The rules of parameters that go, or get another name, by the name."""
        found: dict[str, list[ParameterRule]] = {}
        for rule in self.rulebook.parameters:
            if rule.change.rename or rule.change.remove:
                found.setdefault(rule.name, []).append(rule)
        return found


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()
