"""Questions asked at many places, of which one that takes too much leaves the others asked."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from migrator.know.solver import UnsolvedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

P = TypeVar("P")
F = TypeVar("F")


def each(places: Iterable[P], asked: Callable[[P], Iterable[F]]) -> Iterator[F]:
    """What is found at each place; nothing of one where that takes too much to find."""
    for place in places:
        with suppress(UnsolvedError, RecursionError):
            yield from asked(place)
