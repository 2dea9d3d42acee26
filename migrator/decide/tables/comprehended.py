"""Tables made of a collection in one stroke (`{m: 128_000 for m in MODELS}`): one figure for every id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.inventory import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.catalogue import Catalogue
    from migrator.decide.tables.needs import Case
    from migrator.read.nodes import Node

_FIGURES = ("context_window", "max_output")


def shared_figures(case: Case, missing: list[str], catalogue: Catalogue) -> Iterator[Finding]:
    """One finding for a figure of the old models that the new ids of a collection get too."""
    for reading in case.readings:
        made = reading.node.parent if reading.node.kind == "comprehension" else None
        value = made.child("value") if made is not None and made.kind == "DictComp" else None
        if value is not None and value.kind == "Constant" and isinstance(value.value, int):
            other = [name for name in missing if _differs(case, value, name, catalogue)]
            if other:
                message = (
                    f"every id of {case.name} is given {value.source}, the old models'; {', '.join(other)}"
                )
                yield Finding(
                    rule=case.rule,
                    path=value.file.path,
                    line=value.line,
                    message=f"{message} would have another: give each its own",
                    reason="table-unit-unknown",
                )


def _differs(case: Case, value: Node, name: str, catalogue: Catalogue) -> bool:
    """Whether a figure is that of all old models in a collection and not the new one's."""
    olds = [catalogue.model(row.model) for row in case.rows]
    new = catalogue.model(name.rpartition("/")[2])
    return any(
        new is not None
        and all(old is not None and getattr(old, figure) == value.value for old in olds)
        and getattr(new, figure) not in (None, value.value)
        for figure in _FIGURES
    )
