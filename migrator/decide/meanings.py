"""Whether a name means something: the lists of rules/names.toml as tests."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from migrator.rulebook.name_rules import NameList

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


@lru_cache(maxsize=4096)
def words(name: str) -> frozenset[str]:
    """The lower-cased words of a snake_case, CamelCase or dotted name."""
    return frozenset(word.lower() for word in _WORD.findall(name))


class Names:
    """Tests by list name: `names("model", "llm_model")`."""

    def __init__(self, lists: Mapping[str, NameList]) -> None:
        self._lists = lists
        self._patterns = {
            key: re.compile("|".join(rule.patterns)) if rule.patterns else None for key, rule in lists.items()
        }
        self._exact = {key: frozenset(rule.exact) for key, rule in lists.items()}
        self._words = {key: frozenset(rule.words) for key, rule in lists.items()}
        self._memo: dict[tuple[str, str], bool] = {}

    def __call__(self, list_name: str, name: str) -> bool:
        """Whether `name` is on the list; an empty name never is."""
        key = (list_name, name)
        found = self._memo.get(key)
        if found is None:
            found = self._memo[key] = bool(name) and self._test(list_name, name)
        return found

    def listed(self, list_name: str) -> tuple[str, ...]:
        """The whole names of a list."""
        return self._lists[list_name].exact

    def any(self, list_name: str, names: Iterable[str]) -> bool:
        """Whether one of some names is on a list."""
        return any(self(list_name, name) for name in names)

    def _test(self, list_name: str, name: str) -> bool:
        if name in self._exact[list_name] or self._words[list_name] & words(name):
            return True
        pattern = self._patterns[list_name]
        return pattern is not None and pattern.search(snake(name)) is not None

    def model(self, name: str) -> bool:
        """Whether a name carries a model id (and does not merely speak of a model)."""
        return self("model", name) and not self("not-model", name)


@lru_cache(maxsize=4096)
def snake(name: str) -> str:
    """`SomeName` -> `some_name`; other names lower-cased."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
