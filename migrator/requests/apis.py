"""Which rule of an API speaks of what is called, by its dotted path or the end of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.callees import fits, plain
from migrator.read.scopes import dotted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.know.values import Value
    from migrator.read.nodes import Node
    from migrator.rulebook import Rulebook
    from migrator.rulebook.api_rules import Call


_OWN = ("self", "cls")


class Apis:
    """The rules of what sends requests or keeps a model for them, by the last name of what they speak of.

    `words` are those that a program is written in; a rule with other names speaks of nothing in it.
    """

    def __init__(self, rulebook: Rulebook, words: frozenset[str]) -> None:
        self._by_last: dict[str, list[tuple[str, Call]]] = {}
        self._tails: dict[str, list[tuple[str, Call]]] = {}
        self.same = {name for api in rulebook.apis for client in api.client for name in client.same}
        for api in rulebook.apis:
            for call in (one for one in api.call if one.kind != "tokenizer"):
                for callee in (path for path in call.callees if _is_said(path, words)):
                    self._by_last.setdefault(callee.rpartition(".")[2], []).append((callee, call))
                for tail in (path for path in call.tails if _is_said(path, words)):
                    self._tails.setdefault(tail.rpartition(".")[2], []).append((tail, call))

    def knows(self, name: str) -> bool:
        """Whether any rule speaks of something that is called so."""
        return name in self._by_last or name in self._tails

    @property
    def has_objects(self) -> bool:
        """Whether a rule speaks of an object that is called itself."""
        return any(name.endswith("()") for name in self._by_last)

    def may_be(self, node: Node) -> bool:
        """Whether an attribute may be what a rule speaks of, by its name and its base's."""
        name, base = str(node.value), node.first
        before = str(base.value) if base.kind in ("Name", "Attribute") else ""
        for path, _ in (*self._by_last.get(name, ()), *self._tails.get(name, ())):
            owner = path.split(".")[-2:][0]
            if owner == before or (base.kind != "Attribute" and before not in _OWN) or owner.endswith("()"):
                return True
        return False

    def of(self, callee: Value) -> Call | None:
        """The rule of a library's function or class."""
        return next(self.rules(callee), None)

    def rules(self, callee: Value) -> Iterator[Call]:
        """Every rule of a library's function or class: one for each address that it may send to."""
        if callee.kind == "library":
            yield from self.speaking_of(str(callee.data))

    def speaking_of(self, path: str) -> Iterator[Call]:
        """Every rule of what a library has at a dotted path."""
        path = plain(path)
        for same in self.same:
            path = path.replace(f".{same}()", "")
        for pattern, rule in (*self._by_last.get(path.rpartition(".")[2], ()), *self._by_last.get("*", ())):
            if fits(pattern, path):
                yield rule
                if not rule.url:
                    return

    def by_form(self, func: Node) -> Call | None:
        """The rule of a call by how it is written, where its client is not known."""
        return self.by_path(dotted(func))

    def by_path(self, path: str) -> Call | None:
        """The rule of a call by its dotted path alone."""
        path = plain(path)
        for tail, rule in self._tails.get(path.rpartition(".")[2], ()):
            if path == tail or path.endswith("." + tail):
                return rule
        return None


def _is_said(path: str, words: frozenset[str]) -> bool:
    """Whether a program has every name of a dotted path."""
    return all(name == "*" or name in words for name in path.replace("()", "").split("."))
