"""Calls that no rule knows and that are given a model: whose they are, and what they may send with it."""

from __future__ import annotations

import sys
from functools import cached_property
from typing import TYPE_CHECKING

from migrator.read.scopes import last_name
from migrator.rulebook.vendor_rules import OTHERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from migrator.decide.meanings import Names
    from migrator.decide.receivers import Receivers
    from migrator.know.values import Value, Values
    from migrator.read.nodes import Node
    from migrator.rulebook import Rulebook

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

    def is_open(self, values: Values) -> bool:
        """Whether nobody here says what anything sends that is called."""
        return bool(values) and all(map(self._is_open, values))

    def _is_open(self, value: Value) -> bool:
        top, _, rest = str(value.data).partition(".")
        is_known = top in sys.stdlib_module_names or top in self.names.listed("suiting-library")
        return value.kind == "library" and bool(rest) and not is_known

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
