"""What settings name: rules, uses, places; a name that does not exist is an error in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.settings import Settings, SettingsError, suggestion

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from migrator.rulebook import Rulebook


def check_names(settings: Settings, rulebook: Rulebook, is_model: Callable[[str], bool]) -> None:
    """Raise SettingsError where settings name what the rules and the catalogue do not have."""
    catalog, here = rulebook.catalog, settings.per_path
    families = [family.name for family in catalog.families]
    _refuse_others("sources", settings.sources, families, "family")
    targets = [*catalog.variants, *(variant.id for variant in catalog.variants.values())]
    maps = [settings.map, *(one.map for one in here)]
    for table in maps:
        olds = [old for old in table if not is_model(old)]
        _refuse_others("map", olds, [model.id for model in catalog.models], "model")
    for key, table in (*(("map", each) for each in maps), ("pins", settings.pins)):
        for old, new in table.items():
            if new not in targets:
                raise SettingsError(f'{key}: "{old}" = "{new}": no target; {suggestion(new, targets)}')
    rules = rule_names(rulebook)
    ignored = [settings.ignore, *(one.ignore for one in here)]
    for key, names in (("select", settings.select), *(("ignore", each) for each in ignored)):
        unknown = [name for name in names if not any(rule.startswith(name) for rule in rules)]
        _refuse_others(key, unknown, rules, "rule or reason")
    _refuse_others("weights", settings.weights, weight_names(rulebook), "rule")


def check_places(settings: Settings, paths: Collection[str]) -> None:
    """Raise SettingsError where a pin names a file that is not there."""
    _refuse_others("pins", pinned(settings), sorted(paths), "file")


def pinned(settings: Settings) -> list[str]:
    """The files that pins name."""
    places = (place.partition("::") if "::" in place else place.rpartition(":") for place in settings.pins)
    return sorted({file for file, _, _ in places})


def _refuse_others(key: str, names: Iterable[str], known: Iterable[str], kind: str) -> None:
    there = list(known)
    for name in names:
        if name not in there:
            raise SettingsError(f'{key}: unknown {kind} "{name}"; {suggestion(name, there)}')


def rule_names(rulebook: Rulebook) -> list[str]:
    """Every rule and reason that something may be printed under."""
    from migrator.rulebook.advice_rules import Help
    from migrator.rulebook.rulefiles import load_record

    own = load_record("help.toml", Help)
    found = {one.id for one in own.rule} | {one.id for one in own.reason}
    found |= {one.id for one in rulebook.parameters} | {one.id for one in rulebook.suggestions}
    return sorted(found | {one.id for one in rulebook.prompts})


def weight_names(rulebook: Rulebook) -> list[str]:
    """What `weights` may name: uses, signals, priors, and what excludes a variant."""
    from migrator.rulebook.advice_rules import Help
    from migrator.rulebook.rulefiles import load_record

    uses = rulebook.usecases
    found = {one.id for one in uses.use} | {one.id for one in uses.signal} | {one.id for one in uses.prior}
    return sorted(found.union(load_record("help.toml", Help).constraints))
