"""Which old id moves to which target in this run, and which look-ups a moving id reaches."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from migrator.decide.catalogue import VARIANTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from migrator.decide.plans import Planner
    from migrator.decide.records import Judged
    from migrator.read.nodes import Node


class Rewrites:
    """The rewrites of one planner, by old id and by string."""

    far = 99

    def __init__(self, planner: Planner) -> None:
        self.planner = planner
        self.catalogue = planner.engine.catalogue
        self.by_node: dict[Node, list[Judged]] = defaultdict(list)
        self.by_model: dict[str, Counter[str]] = defaultdict(Counter)
        for one in planner.judged:
            if one.node is not None:
                self.by_node[one.node].append(one)
            if self.variant(one) and self.active(one):
                self.by_model[one.occurrence.model][self.variant(one)] += 1

    def variant(self, one: Judged) -> str:
        """The variant that a reference moves to, itself or by the uses of the member that holds it."""
        return self.planner.variants.get(one.id) or self.planner.members.get(one.id, "")

    def active(self, one: Judged) -> bool:
        """Whether a rewrite would be written."""
        return not one.suppressed and self.planner.written(one.file.path, one.occurrence.line, "GPT55-M001")

    def count(self, model: str, variant: str) -> int:
        """How many rewrites take an old id to a variant."""
        return self.by_model[model][variant] if model in self.by_model else 0

    def written(self, one: Judged) -> str:
        """The id that a reference becomes, as its literal will hold it."""
        return (
            self.planner.namings.written(one)
            if one.id in self.planner.variants
            else self.catalogue.target(self.variant(one))
        )

    def moving(self, strings: Iterable[Node]) -> list[Judged]:
        """The rewrites among the ids in some strings."""
        found = [one for node in strings for one in self.by_node.get(node, ()) if self.variant(one)]
        return [one for one in found if self.active(one)]

    def after(self, string: Node) -> str:
        """What a string says after the migration."""
        text = str(string.value)
        for one in self.moving([string]):
            text = text.replace(one.occurrence.model, self.written(one), 1)
        return text

    def names(self) -> set[str]:
        """Every name that code may be asked about: the strings that move, their ids, what becomes of both."""
        found: set[str] = set()
        for one in self.moving(self.by_node):
            assert one.node is not None
            text, new = str(one.node.value), self.written(one)
            found |= {text, text.replace(one.occurrence.model, new, 1), self.after(one.node)}
        return found.union(
            self.by_model, *({self.catalogue.target(v) for v in found} for found in self.by_model.values())
        )

    def reaching(self, key: Node | None) -> list[Judged]:
        """The rewrites whose value may arrive at an expression."""
        if key is None:
            return []
        values = self.planner.engine.linked.values
        found = values.of(key)
        return self.moving(v.node for v in found if v.kind == "text")

    def counterpart(self, model: str) -> str:
        """The variant that stands where an old model stood, by its tier and family alone."""
        tier, family = self.catalogue.tier(model), self.catalogue.family(model)
        for rule in self.planner.engine.rulebook.tables.counterpart:
            if rule.tier == tier and rule.family in ("", family):
                return rule.variant
        return ""

    def affinity(self, model: str, variant: str) -> int:
        """How far an old id's tier is from a variant; the nearest first."""
        kind = self.catalogue.family(model), self.catalogue.tier(model)
        for rule in self.planner.engine.rulebook.tables.template:
            if rule.variant == variant and kind in rule.order:
                return rule.order.index(kind)
        return self.far

    def is_far(self, distance: int) -> bool:
        """Whether a distance says that the tiers have nothing in common."""
        return distance >= self.far

    def ordered(self, variants: Iterable[str]) -> list[str]:
        """Longer ids first, so that a prefix never stands before what it would shadow."""
        known = sorted(set(variants), key=lambda v: VARIANTS.index(v) if v in VARIANTS else len(VARIANTS))
        return sorted(known, key=lambda v: -len(self.catalogue.target(v)))
