"""Parameters that a call gains: of its variant, or by a rule; on a condition where others are given them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from migrator.decide.receivers import model_arguments
from migrator.decide.requests.planned_parameters import (
    Block,
    Planned,
    Step,
)
from migrator.decide.requests.right_for_both import may_be_asked_twice
from migrator.inventory import Parameter
from migrator.inventory.edit_records import (
    AddEntry,
    AddKeyword,
    ReplaceExpression,
)
from migrator.know.values import NOTHING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.linked import Linked
    from migrator.decide.records import Site
    from migrator.decide.requests.bags import Bags
    from migrator.decide.requests.given_parameters import Setting
    from migrator.know.values import Values
    from migrator.read.nodes import Node
    from migrator.rulebook.catalog_rules import Catalog, Variant

_SPREAD = ("Name", "Attribute")
_ASKED = (*_SPREAD, "Call", "Subscript")


class Adding:
    """Plans of parameters that are added beside the model."""

    def __init__(self, linked: Linked, catalog: Catalog, bags: Bags) -> None:
        self.linked = linked
        self.catalog = catalog
        self.bags = bags

    def defaults(
        self, site: Site, variants: frozenset[str], families: frozenset[str], given: dict[str, Setting]
    ) -> list[Planned]:
        """Parameters that belong to a variant (Instant is an id and an effort), where the site lacks them."""
        if not families:
            return []
        needed = [
            (name, self.catalog.variants[name]) for name in sorted(variants & set(self.catalog.variants))
        ]
        found = [self._default(site, name, variant, given) for name, variant in needed if variant.defaults]
        differ = [target for _, target in needed if not target.defaults and not self._neutral(target, found)]
        if found and differ:
            record = found[0].parameter
            block = Block("must-move-together", f"variants that differ in {record.name} reach this call")
            return [Planned(record, block=block)]
        return [plan for plan in found if plan.steps or plan.block]

    def _neutral(self, target: Variant, found: list[Planned]) -> bool:
        """Whether a target without defaults behaves alike with and without those of the others."""
        model = next((m for m in self.catalog.models if m.id == target.id), None)
        return model is not None and all(plan.parameter.new == model.default_effort for plan in found)

    def _default(self, site: Site, variant: str, target: Variant, given: dict[str, Setting]) -> Planned:
        assert site.receiver is not None
        [(name, value)] = target.defaults.items()
        name = site.receiver.call.defaults.get(name, name)
        record = Parameter(
            name=name,
            line=site.call.line,
            action="replace",
            new=value,
            rule="GPT55-P900",
            why=f"{variant} is {target.id} with {name}={value}",
        )
        if name in given or any(g.startswith(name + ".") for g in given) or self._takes_object(site):
            return Planned(record)
        if site.receiver.call.kind != "call" and name not in site.receiver.call.defaults.values():
            block = Block(
                "must-move-together", f"{variant} is {target.id} with {name}={value}, to be set by hand"
            )
            return Planned(record, block=block)
        return Planned(record, self.added(site, name, repr(value).replace("'", '"')))

    def _takes_object(self, site: Site) -> bool:
        """Whether a call is handed a model object, or is one's own: what makes it carries the defaults."""
        assert site.receiver is not None
        if site.call.kind != "Call":
            return False
        values = [v for a in model_arguments(site.call, site.receiver.call) for v in self.linked.values.of(a)]
        if any(v.kind == "object" and v.node.kind == "Call" for v in values):
            return True
        makers = {callee.partition("()")[0] for callee in site.receiver.call.callees if "()" in callee}
        return not values and not makers.isdisjoint(self._making)

    @cached_property
    def _making(self) -> frozenset[str]:
        """What makes model objects: calls that rules speak of."""
        return frozenset(c for api in self.linked.rulebook.apis for call in api.call for c in call.callees)

    def added(self, site: Site, name: str, source: str) -> tuple[Step, ...]:
        """A parameter added beside the model: to the call, or to the body that it sends."""
        name, _, inner = name.partition(".")
        if inner:
            given = site.call.keyword(name) if site.call.kind == "Call" else None
            if given is not None and given.kind == "Dict" and given.all("keys"):
                entry = AddEntry(key=f'"{inner}"', value=source, beside=len(given.all("keys")) - 1)
                return (Step(given.file.path, given.span, entry),)
            source = f'{{"{inner}": {source}}}'
        body = self._sent_body(site) or self.bags.open_display(site.call)
        spread = self._open_spread(site) if site.call.kind == "Call" else None
        if body is None and spread is not None:
            made = ReplaceExpression(source=f'{{**{spread.source}, "{name}": {source}}}')
            return (Step(site.call.file.path, spread.span, made),)
        if body is None:
            return (Step(site.call.file.path, site.call.span, AddKeyword(name=name, source=source)),)
        last = len(body.all("keys")) - 1
        entry = AddEntry(key=f'"{name}"', value=source, beside=last)
        return (Step(body.file.path, body.span, entry),)

    def _sent_body(self, site: Site) -> Node | None:
        """The dict display that is the request, where a call sends one."""
        assert site.receiver is not None
        if not site.receiver.call.nested and site.call.kind == "Call":
            return None
        for setting in self.bags.settings(site):
            if setting.form == "entry" and setting.key in ("messages", "input", "model"):
                return setting.holder
        naming = [entry for one in self.linked.requests_of(site.call) for entry in one.naming]
        return next((e.holder for e in naming if e.form == "entry" and e.holder.kind == "Dict"), None)

    def _open_spread(self, site: Site) -> Node | None:
        """What a call spreads that may hold any parameter already, which cannot be given twice then."""
        spread = _spread_by_name(site.call)
        is_open = any(request.open for request in self.linked.requests_of(site.call))
        return spread[-1] if spread and is_open else None

    def told(self, site: Site, new: str, name: str) -> tuple[Step, ...]:
        """A parameter that is added to a call on a condition on its model, where that is surely a text."""
        call, targets = site.call, [variant.id for variant in self.catalog.variants.values()]
        sort = min(targets, key=len)
        named = next(iter(self._models_at(site)), None) if call.kind == "Call" else None
        if named is None or not all(sort in target for target in targets):
            return ()
        model, values = named
        if any(v.kind == "constant" and v.text is None for v in values):
            model = f"str({model})"
        if (spread := self._open_spread(site)) is not None:
            held = spread.source
            source = f'({{**{held}, "{name}": {new}}} if "{sort}" in {model} else {held})'
            return (Step(call.file.path, spread.span, ReplaceExpression(source=source)),)
        source = f'({{"{name}": {new}}} if "{sort}" in {model} else {{}})'
        return (Step(call.file.path, call.span, AddKeyword(name=f"**{name}", source=source)),)

    def _models_at(self, site: Site) -> Iterator[tuple[str, Values]]:
        """How the model of a call can be written there again, and what it may be."""
        assert site.receiver is not None
        know, names, call = self.linked.know, site.receiver.call.model, site.call
        frame, requests = know.frames.of(call), self.linked.requests_of(call)
        for keyword in call.all("keywords"):
            if keyword.value in names and keyword.first.kind in _ASKED and may_be_asked_twice(keyword.first):
                yield keyword.first.source, know.value(keyword.first, frame)
        spread = _spread_by_name(call)
        named = [{e.key for e in one.naming if e.holder is not call} for one in requests]
        if len(spread) == 1 and requests and all(len(keys) == 1 and keys == named[0] for keys in named):
            yield f'{spread[0].source}["{named[0].pop()}"]', NOTHING.union(*(r.models for r in requests))
            return
        for one in spread:
            entries = [e for v in know.value(one, frame) if v.kind == "mapping" for e in know.entries(v)]
            found = [entry for entry in entries if entry.key in names]
            if found:
                values = frozenset(value for entry in found for value in know.given(entry))
                yield f'{one.source}["{found[0].key}"]', values

    def asked_for(self, site: Site, setting: Setting) -> str | None:
        """What asks beside a parameter whether a target is called; an empty text where one surely is."""
        given = next(iter(self._models_at(site)), None) if site.call.kind == "Call" else None
        if given is None:
            assert site.receiver is not None
            named = (site.call.keyword(name) for name in site.receiver.call.model)
            return "" if any(one is not None and one.kind == "Constant" for one in named) else None
        targets = [variant.id for variant in self.catalog.variants.values()]
        model, values = given
        sort = min(targets, key=len)
        if setting.value.scope != site.call.scope or not all(sort in target for target in targets):
            return None
        model = f"str({model})" if any(v.kind == "constant" and v.text is None for v in values) else model
        return f' and "{sort}" in {model}'


def _spread_by_name(call: Node) -> list[Node]:
    """What a call spreads that can be named again."""
    return [k.first for k in call.all("keywords") if not k.value and k.first.kind in _SPREAD]
