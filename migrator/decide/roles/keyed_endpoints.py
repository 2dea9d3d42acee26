"""Whose endpoint a name stands for by which the program keeps addresses, or takes the arm of a branch."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from migrator.decide.roles.verdicts import bound_name, last_target
from migrator.rulebook.vendor_rules import OTHERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.linked import Linked
    from migrator.read.nodes import FileFacts, Node


SCHEMES = ("https://", "http://")


class Kept(NamedTuple):
    """An address that is kept by a name, and the names beside it; none where it is that of a branch's arm."""

    url: str
    beside: frozenset[str] = frozenset()


class KeyedEndpoints:
    """Finds the addresses of one program by the names that they are kept by."""

    def __init__(self, linked: Linked) -> None:
        self.linked = linked

    def others(self, key: str, beside: frozenset[str]) -> str:
        """An address of the endpoint that a key stands for, if it is surely another vendor's.

        `beside` are the keys of the table that it stands in: of a table of addresses it counts if
        the two have more than the one key in common.
        """
        kept = [one for one in self._kept.get(key, ()) if not one.beside or len(one.beside & beside) > 1]
        vendors = {self.linked.receivers.host_vendor(one.url) for one in kept}
        return kept[0].url if kept and vendors <= {*OTHERS} else ""

    @cached_property
    def _kept(self) -> dict[str, list[Kept]]:
        found: dict[str, list[Kept]] = defaultdict(list)
        for file in self.linked.project.files.values():
            if any(scheme in file.text for scheme in SCHEMES):
                for key, kept in (*self._of_tables(file), *self._of_arms(file)):
                    found[key].append(kept)
        return found

    def _of_tables(self, file: FileFacts) -> Iterator[tuple[str, Kept]]:
        for table in file.of_kind("Dict"):
            keys = [key for key in table.all("keys") if key.kind == "Constant" and isinstance(key.value, str)]
            names = frozenset(str(key.value) for key in keys)
            rows = [(str(key.value), list(self._in_row(key.after))) for key in keys if len(names) > 1]
            told = self._is_address(bound_name(table).lower().removesuffix("s"))
            told = told or any(is_said or self._is_own(url) for _, row in rows for url, is_said in row)
            yield from ((key, Kept(url, names)) for key, row in rows if told for url, _ in row)

    def _is_own(self, url: str) -> bool:
        return self.linked.receivers.host_vendor(url) == "openai"

    def _in_row(self, value: Node) -> Iterator[tuple[str, bool]]:
        """The addresses that a row of a table is, or says by a field's name, and which of both it does."""
        if value.kind not in ("Dict", "Call"):
            yield from ((url, False) for url in self._texts(value))
        elif value.kind == "Dict":
            keys = (key for key in value.all("keys") if self._is_address(str(key.value)))
            yield from ((url, True) for key in keys for url in self._texts(key.after))
        else:
            given = (one.first for one in value.all("keywords") if self._is_address(str(one.value)))
            yield from ((url, True) for one in given for url in self._texts(one))

    def _of_arms(self, file: FileFacts) -> Iterator[tuple[str, Kept]]:
        for arm, key in _arms(file):
            for statement in arm.all("body"):
                yield from ((key, Kept(url)) for url in self._in_arm(statement))

    def _in_arm(self, statement: Node) -> Iterator[str]:
        """The addresses that a statement of an arm gives to a call, or to a name."""
        for one in statement.among("keyword", "Assign"):
            name = str(one.value) if one.kind == "keyword" else last_target(one.child("targets") or one)
            value = one.first if one.kind == "keyword" else one.child("value")
            if value is not None and self._is_address(name):
                yield from self._texts(value)

    def _is_address(self, name: str) -> bool:
        return self.linked.names("address", name)

    def _texts(self, value: Node) -> Iterator[str]:
        texts = (v.text for v in self.linked.known(value) if v.text is not None)
        yield from (text for text in texts if text.startswith(SCHEMES))


def _arms(file: FileFacts) -> Iterator[tuple[Node, str]]:
    """The arms of branches that are taken where something is a text."""
    for test in file.of_kind("Compare"):
        above, other = test.parent, test.all("comparators")[0]
        if above is not None and above.kind == "If" and test.field == "test" and test.value == ("Eq",):
            yield from [(above, other.value)] if isinstance(other.value, str) else ()
    for case in file.of_kind("match_case"):
        pattern = case.child("pattern")
        texts = pattern.among("Constant") if pattern is not None else ()
        yield from ((case, one.value) for one in texts if isinstance(one.value, str))
