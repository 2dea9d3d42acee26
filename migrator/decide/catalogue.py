"""The active catalogue as questions: is this id known, what is it, what takes its place."""

from __future__ import annotations

import datetime
import re
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from migrator.inventory import End

if TYPE_CHECKING:
    from migrator.rulebook.catalog_rules import Catalog, Family, Model

_DATED = re.compile(r"^(.*?)-(?:20\d\d-?\d\d-?\d\d|\d{4})$")
VARIANTS = ("flagship", "instant", "mini")


class Special(NamedTuple):
    """Why an id has no text successor: its kind and the reason of the closed list."""

    kind: str
    reason: str


class Catalogue:
    """Questions to one catalogue."""

    def __init__(self, catalog: Catalog, sources: tuple[str, ...] = ()) -> None:
        self.catalog = catalog
        self.sources = sources

    @cached_property
    def families(self) -> tuple[Family, ...]:
        """The families to migrate: the catalogue's default ones and those asked for."""
        return tuple(f for f in self.catalog.families if f.default or f.name in self.sources)

    @cached_property
    def models(self) -> dict[str, Model]:
        """Every known model by id."""
        return {model.id: model for model in self.catalog.models}

    @cached_property
    def targets(self) -> dict[str, str]:
        """variant -> the id that this catalogue writes."""
        return {name: variant.id for name, variant in self.catalog.variants.items()}

    @cached_property
    def by_guide_id(self) -> dict[str, str]:
        """The variants by the family's own names for them."""
        return {variant.guide_id: name for name, variant in self.catalog.variants.items()}

    def target(self, variant: str) -> str:
        """The id that is written for a variant (or a forced id)."""
        return self.targets.get(variant, variant)

    def is_target(self, model: str) -> bool:
        """Whether an id is itself a target (then it is never a source)."""
        return model in self.targets.values()

    def model(self, model: str) -> Model | None:
        """The figures of an id; a dated snapshot that is not listed has those of its alias."""
        found = self.models.get(model)
        if found is None:
            dated = _DATED.match(model)
            found = self.models.get(dated.group(1)) if dated else None
        return found

    def end(self, name: str, today: datetime.date, *, azure: bool = False) -> End | None:
        """When a model is shut down, at the publisher or on Azure; nothing where no date is known."""
        found = self.model(name)
        date = (found.shutdown_azure if azure else found.shutdown) if found is not None else ""
        if found is None or not date:
            return None
        days = (datetime.date.fromisoformat(date) - today).days
        if azure:
            return End(date=date, days=days, what="Azure")
        return End(date=date, days=days, successor=found.successor)

    def endpoint_end(self, served_at: str, today: datetime.date) -> End | None:
        """When an endpoint is shut down."""
        for one in self.catalog.endings if served_at else ():
            if one.served_at == served_at:
                days = (datetime.date.fromisoformat(one.shutdown) - today).days
                return End(date=one.shutdown, days=days, successor=one.successor, what=one.name)
        return None

    def takes_pictures(self, variant: str, *, fine: bool = False) -> bool:
        """Whether a variant of the catalogue accepts images, at full fidelity if asked for."""
        found = self.model(self.targets[variant])
        return found is None or found.takes_pictures(fine=fine)

    def known(self, model: str) -> bool:
        """Whether an id (or the alias of a dated one) is in the catalogue and valid."""
        found = self.model(model)
        return found is not None and not found.invalid

    def dated(self, model: str) -> bool:
        """Whether an id is pinned to a snapshot."""
        return _DATED.match(model) is not None

    def special(self, model: str) -> Special | None:
        """Why an id has no text successor, if it has none."""
        for rule in self.catalog.specials:
            if (rule.prefix and model.startswith(rule.prefix)) or (rule.part and _has_part(model, rule.part)):
                return Special(rule.kind, rule.reason)
        return None

    def tier(self, model: str) -> str:
        """nano, mini, standard or pro, and `flagship` for the standard tier of a family newer than gpt-4o."""
        found = self.model(model)
        return found.tier if found is not None else ""

    def family(self, model: str) -> str:
        """The family's name."""
        bare = model.removeprefix("ft:")
        for family in self.catalog.families:
            if bare.startswith(family.starts) and not bare.startswith(tuple(family.excludes) or ("\0",)):
                return family.name
        return ""


def _has_part(model: str, part: str) -> bool:
    at = model.find(part)
    return at >= 0 and (at + len(part) == len(model) or model[at + len(part)] in "-.")
