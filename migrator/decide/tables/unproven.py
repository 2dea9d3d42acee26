"""What a copy of a row would say of a new model although nothing proves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.read.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from migrator.decide.tables.id_containers import Row
    from migrator.read.nodes import Node

_Cell = tuple[tuple[str, ...], "Node"]


def unproven(row: Row, others: Sequence[Row], said: Iterable[Node]) -> list[str]:
    """The cells that differ from row to row, so that they say something of the model, and are copied.

    `others` are the table's rows for known models, `said` what the copy states anew. A flag is not counted:
    what new models want otherwise is known by its name.
    """
    known = list(said)
    stated = [dict(_sources(one)) for one in others]
    return [
        cell.source
        for path, cell in _cells(row.nodes[-1])
        if not (cell.kind == "Constant" and (cell.value is None or isinstance(cell.value, bool)))
        and not any(cell.inside(one) or one.inside(cell) for one in known)
        and not (len(stated) > 1 and all(one.get(path) == cell.source for one in stated))
    ]


def _sources(row: Row) -> Iterator[tuple[tuple[str, ...], str]]:
    return ((path, cell.source) for path, cell in _cells(row.nodes[-1]))


def _cells(node: Node, path: tuple[str, ...] = ()) -> Iterator[_Cell]:
    """The expressions that a row is made of, with the names on the way to them."""
    match node.kind:
        case "Assign" | "AnnAssign":
            given = node.child("value")
            parts = [] if given is None else [("", given)]
        case "Dict":
            pairs = zip(node.all("keys"), node.all("values"), strict=False)
            parts = [
                (str(key.value if key.kind == "Constant" else last_name(key)), one) for key, one in pairs
            ]
            parts += [("**", one) for one in node.all("spread")]
        case "Call":
            parts = [(f"#{at}", one) for at, one in enumerate(node.all("args"))]
            parts += [(str(one.value), one.first) for one in node.all("keywords")]
        case "Tuple":
            parts = [(f"#{at}", one) for at, one in enumerate(node.all("elts"))]
        case _:
            yield path, node
            return
    for name, part in parts:
        yield from _cells(part, (*path, name))
