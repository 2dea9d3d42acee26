"""Proof of a rewritten data file: loaded again, it must hold what it held, the planned changes made."""

from __future__ import annotations

import copy
import math
from typing import TYPE_CHECKING, Any, NamedTuple

from migrator.data.formats import loaded
from migrator.inventory.edit_records import (
    AddElement,
    AddEntry,
    RemoveEntry,
    RenameEntry,
    ReplaceExpression,
    ReplaceText,
)
from migrator.write.datalayout import spelled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from migrator.data.items import Path
    from migrator.inventory.edit_records import Operation


class Planned(NamedTuple):
    """An operation, and the way from the top to what it is made on."""

    path: Path
    operation: Operation


class _Like:
    """A new row whose text cannot be loaded alone: of the same shape as its template."""

    def __init__(self, template: Any) -> None:  # noqa: ANN401
        self.template = template


class ProofError(Exception):
    """The new file does not hold what was planned."""


def prove(form: str, old: str, new: str, planned: Sequence[Planned]) -> None:
    """Raise ProofError unless `new` holds what `old` holds, with the operations made."""
    try:
        before, after = loaded(form, old), loaded(form, new)
    except Exception as error:
        raise ProofError(f"the result cannot be loaded ({type(error).__name__})") from error
    try:
        wanted = _made(form, before, planned)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise ProofError(f"the edits cannot be checked ({error!r})") from error
    if not _same(wanted, after, ordered=form != "toml"):
        raise ProofError("the result differs elsewhere")


def _made(form: str, value: Any, planned: Sequence[Planned]) -> Any:  # noqa: ANN401
    top = [copy.deepcopy(value)]
    places = [(_holder(top, one), one) for one in planned]
    inserts = [one for one in places if isinstance(one[1].operation, (AddEntry, AddElement))]
    for (holder, step), one in places:
        operation = one.operation
        if isinstance(operation, ReplaceText):
            holder[step] = _replaced(str(holder[step]), operation)
        elif isinstance(operation, ReplaceExpression):
            holder[step] = _literal(form, operation.source)
        elif isinstance(operation, (RenameEntry, RemoveEntry)):
            _rekeyed(holder[step], operation)
    for (holder, step), one in sorted(inserts, key=_position, reverse=True):
        _insert(form, holder[step], one.operation)
    return top[0]


def _position(one: tuple[tuple[Any, Any], Planned]) -> tuple[int, bool]:
    operation: Any = one[1].operation
    return operation.beside, not operation.before


def _holder(top: list[Any], one: Planned) -> tuple[Any, Any]:
    """What holds the value, and under which step: the objects stay the same when others change."""
    holder: Any = top
    steps = [0, *one.path]
    for step in steps[:-1]:
        holder = holder[step]
    return holder, steps[-1]


def _replaced(text: str, operation: ReplaceText) -> str:
    parts = text.split(operation.old)
    at = operation.nth + 1
    if len(parts) <= at:
        raise ValueError(operation.old)
    return operation.old.join(parts[:at]) + operation.new + operation.old.join(parts[at:])


def _rekeyed(mapping: dict[Any, Any], operation: RenameEntry | RemoveEntry) -> None:
    pairs = list(mapping.items())
    mapping.clear()
    for key, value in pairs:
        if key != operation.key:
            mapping[key] = value
        elif isinstance(operation, RenameEntry):
            mapping[operation.new] = value


def _insert(form: str, holder: Any, operation: Operation) -> None:  # noqa: ANN401
    if isinstance(operation, AddElement):
        value = _row(form, operation.source, holder[operation.beside])
        holder.insert(operation.beside + (not operation.before), value)
    elif isinstance(operation, AddEntry):
        pairs = list(holder.items())
        key = _literal(form, operation.key, key=True)
        if key in holder:
            raise ValueError(f"{key!r} is there already")
        value = _row(form, operation.value, pairs[operation.beside][1])
        pairs.insert(operation.beside + (not operation.before), (key, value))
        holder.clear()
        holder.update(pairs)


def _row(form: str, source: str, template: Any) -> Any:  # noqa: ANN401
    """What a row's text says; of text over several lines only its shape is known."""
    if form != "json" and "\n" in source.strip():
        return _Like(template)
    return _literal(form, source)


def _literal(form: str, source: str, *, key: bool = False) -> Any:  # noqa: ANN401
    text = spelled(form, source, key=key)
    if form == "toml":
        return next(iter(loaded(form, f"{text} = 1"))) if key else loaded(form, f"x = {text}")["x"]
    return loaded(form, text)


_Pairs = set[tuple[int, int]]
"""Objects that were met beside each other: what a file refers to many times is compared once."""


def _same(wanted: Any, found: Any, *, ordered: bool, met: _Pairs | None = None) -> bool:  # noqa: ANN401
    met = set() if met is None else met
    if isinstance(wanted, _Like):
        return _alike(wanted.template, found, set())
    if _is_met(wanted, found, met):
        return True
    if isinstance(wanted, dict) and isinstance(found, dict):
        keys = list(wanted) == list(found) if ordered else set(wanted) == set(found)
        return keys and all(_same(wanted[key], found[key], ordered=ordered, met=met) for key in wanted)
    if isinstance(wanted, list) and isinstance(found, list):
        pairs = zip(wanted, found, strict=False)
        return len(wanted) == len(found) and all(_same(*pair, ordered=ordered, met=met) for pair in pairs)
    if isinstance(wanted, float) and isinstance(found, float) and math.isnan(wanted):
        return math.isnan(found)
    return type(wanted) is type(found) and wanted == found


def _is_met(one: Any, other: Any, met: _Pairs) -> bool:  # noqa: ANN401
    if not isinstance(one, (dict, list)):
        return False
    pair = id(one), id(other)
    known = pair in met
    met.add(pair)
    return known


def _alike(old: Any, new: Any, met: _Pairs) -> bool:  # noqa: ANN401
    """Whether a new row has the fields of the old one, with values of the same kinds."""
    if _is_met(old, new, met):
        return True
    if isinstance(old, dict) and isinstance(new, dict):
        pairs = zip(old.values(), new.values(), strict=False)
        return len(old) == len(new) and all(_alike(*pair, met) for pair in pairs)
    if isinstance(old, list) and isinstance(new, list):
        return len(new) <= len(old) and all(_alike(*pair, met) for pair in zip(old, new, strict=False))
    if isinstance(old, bool) or isinstance(new, bool):
        return isinstance(old, bool) and isinstance(new, bool)
    if isinstance(old, (int, float)):
        return isinstance(new, (int, float))
    return type(old) is type(new)
