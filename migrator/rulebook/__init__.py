"""rules/*.toml as typed, validated records. Facts live there; this module only reads them.

A rule file that cannot be used raises `RuleError`, whose text names the file, the rule and the key.
"""

from __future__ import annotations

import msgspec

from migrator.rulebook.advice_rules import PromptAdvice, Suggestion
from migrator.rulebook.api_rules import Api, Call
from migrator.rulebook.catalog_rules import Catalog
from migrator.rulebook.limit_rules import LimitRules
from migrator.rulebook.name_rules import NameList
from migrator.rulebook.request_rules import ParameterRule
from migrator.rulebook.table_rules import TableRules
from migrator.rulebook.use_rules import TokenRules, UseCases
from migrator.rulebook.vendor_rules import Vendors


class Rulebook(msgspec.Struct, frozen=True, kw_only=True):
    """Everything under rules/, loaded for one catalogue."""

    catalog: Catalog
    other_catalogs: dict[str, Catalog]
    apis: tuple[Api, ...]
    vendors: Vendors
    names: dict[str, NameList]
    parameters: tuple[ParameterRule, ...]
    usecases: UseCases
    prompts: tuple[PromptAdvice, ...]
    suggestions: tuple[Suggestion, ...]
    tables: TableRules
    limits: LimitRules
    tokens: TokenRules

    @property
    def raw_calls(self) -> list[Call]:
        """The calls that send a body to an address of their own, without a library of the API's."""
        return [call for api in self.apis for call in api.call if call.url and call.kind == "call"]
