"""What a file of rules holds, where it is not one record of the rulebook."""

from __future__ import annotations

from migrator.rulebook.advice_rules import PromptAdvice, Suggestion
from migrator.rulebook.api_rules import Call, Client
from migrator.rulebook.base import Rule
from migrator.rulebook.catalog_rules import Ending, Family, Model, SpecialPattern
from migrator.rulebook.name_rules import NameList
from migrator.rulebook.request_rules import ParameterRule
from migrator.rulebook.use_rules import Prior, Signal, Use
from migrator.rulebook.vendor_rules import Host, Prefix


class CatalogPart(Rule, frozen=True):
    """A file that catalogues include: it has no targets of its own."""

    families: tuple[Family, ...] = ()
    models: tuple[Model, ...] = ()
    specials: tuple[SpecialPattern, ...] = ()
    endings: tuple[Ending, ...] = ()
    includes: tuple[str, ...] = ()


class ParameterFile(Rule, frozen=True):
    """rules/parameters.toml."""

    parameter: tuple[ParameterRule, ...]


class PromptFile(Rule, frozen=True):
    """rules/prompts.toml."""

    prompt: tuple[PromptAdvice, ...]


class SuggestionFile(Rule, frozen=True):
    """rules/suggestions.toml."""

    suggestion: tuple[Suggestion, ...]


class UserRules(Rule, frozen=True):
    """A user's own rule file: any of the built-in forms, side by side."""

    library: str = ""
    packages: tuple[str, ...] = ()
    source: str = ""
    client: tuple[Client, ...] = ()
    call: tuple[Call, ...] = ()
    parameter: tuple[ParameterRule, ...] = ()
    prefix: tuple[Prefix, ...] = ()
    host: tuple[Host, ...] = ()
    names: dict[str, NameList] = {}
    use: tuple[Use, ...] = ()
    signal: tuple[Signal, ...] = ()
    prior: tuple[Prior, ...] = ()
    prompt: tuple[PromptAdvice, ...] = ()
    families: tuple[Family, ...] = ()
    models: tuple[Model, ...] = ()
    specials: tuple[SpecialPattern, ...] = ()
