"""The active catalogue for people: its targets with their figures, and the families it knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.decide.catalogue import Catalogue
from migrator.report.ends import said
from migrator.report.style import Style, columns

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator, Mapping, Set

    from migrator.rulebook.catalog_rules import Catalog, Model, Variant

_RIGHT = frozenset({2, 3, 4, 5, 6})
_HEAD = ("variant", "id", "window", "max output", "USD in", "USD out", "requests/min", "figures from")


def render(catalog: Catalog, others: Mapping[str, Catalog], style: Style, today: datetime.date) -> str:
    """Targets and source families of a catalogue, with what the publisher does not list."""
    blocks = [
        f"{style.paint(catalog.title, 'bold')} (catalogue {catalog.name})\n{catalog.source}",
        _targets(catalog, style),
        *_doubts(catalog, others, style),
        _families(catalog, style),
        *_ends(catalog, style, today),
    ]
    return style.plain("\n\n".join(blocks)) + "\n"


def unpublished(catalog: Catalog, others: Mapping[str, Catalog]) -> list[str]:
    """Targets that no catalogue's publisher lists; empty where no catalogue says what is listed."""
    listed = {name for each in (catalog, *others.values()) for name in each.published_ids}
    return [each.id for each in catalog.variants.values() if listed and each.id not in listed]


def verified(catalog: Catalog, endpoint: str, listed: Set[str], style: Style) -> str:
    """Which targets an endpoint lists."""
    rows = [(each.id, _verdict(each.id in listed, style), name) for name, each in catalog.variants.items()]
    lines = [f"{endpoint}/models lists {len(listed):,} models"]
    return "\n".join([*lines, *("  " + "  ".join(cells) for cells in columns(rows))]) + "\n"


def _verdict(is_listed: bool, style: Style) -> str:
    return style.paint("listed", "green") if is_listed else style.paint("not listed", "red")


def _targets(catalog: Catalog, style: Style) -> str:
    figures = {model.id: model for model in catalog.models}
    rows = [_HEAD, *(_target(name, each, figures.get(each.id)) for name, each in catalog.variants.items())]
    head, *lines = columns(rows, _RIGHT)
    notes = [f"  {each.id}: {each.note}" for each in catalog.variants.values() if each.note]
    table = [style.paint("  ".join(head), "dim"), *("  ".join(cells) for cells in lines)]
    return "\n".join(table + notes) + "\nPrices are for 1,000,000 tokens."


def _target(name: str, variant: Variant, model: Model | None) -> tuple[str, ...]:
    defaults = "".join(f" {key}={value}" for key, value in variant.defaults.items())
    if model is None:
        return (name, variant.id + defaults, *[""] * (len(_HEAD) - 2))
    numbers = (model.context_window, model.max_output)
    prices = (model.usd_in, model.usd_out)
    return (
        name,
        variant.id + defaults,
        *("" if number is None else f"{number:,}" for number in numbers),
        *("" if price is None else f"{price:,.2f}" for price in prices),
        "" if model.requests_per_minute is None else f"{model.requests_per_minute:,}",
        model.provenance,
    )


def _doubts(catalog: Catalog, others: Mapping[str, Catalog], style: Style) -> list[str]:
    missing = unpublished(catalog, others)
    if not missing:
        return []
    text = f"The publisher of the API does not list {', '.join(missing)}; --verify asks your endpoint."
    return [style.paint(text, "yellow")]


def _ends(catalog: Catalog, style: Style, today: datetime.date) -> Iterator[str]:
    """When models and endpoints are shut down, the nearest first."""
    known = Catalogue(catalog)
    models = [(one.id, known.end(one.id, today)) for one in catalog.models]
    models += [(f"{one.id} on Azure", known.end(one.id, today, azure=True)) for one in catalog.models]
    models += [(one.name, known.endpoint_end(one.served_at, today)) for one in catalog.endings]
    rows = sorted((end.date, name, said(end)) for name, end in models if end is not None)
    lines = ["  " + "  ".join(cells).rstrip() for cells in columns([(name, text) for _, name, text in rows])]
    if lines:
        yield "\n".join([style.paint("When they are shut down", "bold"), *lines])
    ended, families = {name for _, name, _ in rows}, _names(catalog)
    open_ = (one for one in catalog.models if one.family in families and not one.invalid)
    more = ", ".join(one.id for one in open_ if one.id not in ended)
    if lines and more:
        yield f"No end is announced of {more}."


def _families(catalog: Catalog, style: Style) -> str:
    known = {name: sum(model.family == name for model in catalog.models) for name in _names(catalog)}
    rows = [
        (each.name, f"{known[each.name]} ids", "migrated" if each.default else f"with --from {each.name}")
        for each in catalog.families
    ]
    lines = ["  " + "  ".join(cells) for cells in columns(rows)] if rows else []
    return "\n".join([style.paint("Families that it knows as sources", "bold"), *lines])


def _names(catalog: Catalog) -> list[str]:
    return [family.name for family in catalog.families]
