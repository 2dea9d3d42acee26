"""One row of a dataset."""

from __future__ import annotations

from typing import Any

import msgspec

from migrator.plan.results import digest


class Row(msgspec.Struct, frozen=True):
    """One input: the prompt's variables (and `expected`), and slices in `metadata`."""

    vars: dict[str, Any]
    description: str = ""
    metadata: dict[str, Any] = {}

    @property
    def key(self) -> str:
        """A digest of what is sent; `expected` may be put right without asking again."""
        return digest({name: value for name, value in self.vars.items() if name != "expected"})

    @property
    def stub(self) -> bool:
        """Whether it only shows the form."""
        return bool(self.metadata.get("stub"))
