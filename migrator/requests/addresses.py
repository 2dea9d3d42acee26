"""Which of several rules of one callee a request is meant by: by its address, else by what it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from migrator.hosts import ending, path_of
from migrator.requests.contents import mappings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.know.evaluator import Evaluator
    from migrator.know.values import Entry, Site, Value
    from migrator.rulebook.api_rules import Call


class Sender(NamedTuple):
    """What a call is to a rule: what gives its arguments, and what is called, as far as it is known."""

    rule: Call
    sites: tuple[Site, ...]
    callee: Value | None


def name_of(key: object) -> object:
    """How rules name an argument: by its name, or by its place (`#1`)."""
    return f"#{key}" if isinstance(key, int) else key


def prompt_names(rule: Call) -> set[str]:
    """The names of prompts, those inside a body without the body's own name."""
    return {path.rpartition(".")[2] for path in rule.prompt} | set(rule.prompt)


def address(value: Value) -> str | None:
    """A text; of one that is put together the path that it ends with, whatever stands before."""
    return value.text if value.text is not None else ending(value.node)


class Addresses:
    """Tells rules apart that speak of the same callee."""

    def __init__(self, know: Evaluator) -> None:
        self.know = know

    def meant(self, senders: list[Sender]) -> list[Sender]:
        """Those that speak of what is called and of where it is sent."""
        found: dict[object, Sender] = {}
        for sender in senders:
            if not sender.rule.url or self._is_meant(sender):
                found.setdefault((sender.sites, sender.callee), sender)
        return list(found.values())

    def _is_meant(self, sender: Sender) -> bool:
        entries = self.know.arguments(sender.sites)
        texts = [text for entry in entries if entry.key in (0, 1, "url") for text in self._texts(entry)]
        paths = [path_of(text) for text in texts if "/" in text]
        if paths:
            return any(path.endswith(sender.rule.url) for path in paths)
        return bool(self._keys(sender.rule, entries) & prompt_names(sender.rule))

    def _texts(self, entry: Entry) -> Iterator[str]:
        yield from filter(None, map(address, self.know.given(entry)))
        for node in (entry.node, *entry.node.descendants()) if entry.node is not None else ():
            if node.kind == "Constant" and isinstance(node.value, str):
                yield node.value

    def _keys(self, rule: Call, entries: frozenset[Entry]) -> set[object]:
        """The keys of the bodies among some arguments."""
        bodies = {path.partition(".")[0] for path in rule.nested}
        found: set[object] = set()
        for entry in entries:
            for body in mappings(self.know, entry) if name_of(entry.key) in bodies else ():
                found |= {inner.key for inner in self.know.entries(body)}
        return found
