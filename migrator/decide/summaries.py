"""The head of a report: counts, and what the active catalogue is."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from migrator.inventory import CatalogNote, Inventory, Summary

if TYPE_CHECKING:
    from migrator.decide.catalogue import Catalogue
    from migrator.rulebook import Rulebook
    from migrator.rulebook.catalog_rules import Catalog


def catalog_note(catalogue: Catalogue, rulebook: Rulebook) -> CatalogNote:
    """The active catalogue, and which of its targets the publisher does not list, by the catalogues alone."""
    catalog = catalogue.catalog
    listed: set[str] = set(catalog.published_ids)
    for other in rulebook.other_catalogs.values():
        listed |= set(other.published_ids)
    unlisted = tuple(i for i in dict.fromkeys(catalogue.targets.values()) if listed and i not in listed)
    return CatalogNote(
        name=catalog.name,
        title=catalog.title,
        targets=catalogue.targets,
        unpublished=unlisted,
        note=catalog.note,
        ends=_ends(catalog),
        written={
            variant.guide_id: f"{variant.id} ({name})"
            for name, variant in catalog.variants.items()
            if variant.guide_id != variant.id
        },
    )


def _ends(catalog: Catalog) -> dict[str, str]:
    """When each model is shut down, by its id; on Azure, by the name that a route there gives it."""
    found = {model.id: model.shutdown for model in catalog.models if model.shutdown}
    return found | {
        f"azure/{model.id}": model.shutdown_azure for model in catalog.models if model.shutdown_azure
    }


def summary(inventory: Inventory) -> Summary:
    """Counts over an inventory."""
    references = inventory.references
    actions = Counter(r.action for r in references)
    variants = Counter(r.variant for r in references if r.variant)
    reasons = Counter(r.reason for r in references if r.action == "review")
    selected = [e for e in inventory.edits if e.selected]
    costs = [site.cost for site in inventory.call_sites if site.cost is not None]
    return Summary(
        references=len(references),
        rewrite=actions["rewrite"],
        extend=actions["extend"],
        review=actions["review"],
        leave=actions["leave"],
        selected=sum(r.selected for r in references),
        edits=len(selected),
        unsafe=sum(e.safety == "unsafe" for e in selected),
        files=len({e.path for e in selected}),
        call_sites=len(inventory.call_sites),
        unknown=sum(1 for s in inventory.call_sites if s.unresolved and not s.models),
        suppressed=sum(r.suppressed for r in references),
        by_variant=dict(sorted(variants.items())),
        by_reason=dict(sorted(reasons.items())),
        usd_before=round(sum(cost.usd_before for cost in costs), 6),
        usd_after=round(sum(cost.usd_after for cost in costs), 6),
    )
