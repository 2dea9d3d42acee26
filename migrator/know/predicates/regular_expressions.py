"""Regular expressions without `re`: compiled to a small machine whose steps are counted.

A state is tried once at each place of the text, so that nested repeats take no more than the product of
both sizes; where groups are referred to, only the steps bound it. Texts and patterns are ASCII.
"""

from __future__ import annotations

import importlib
import re
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from migrator.know.predicates.budget import Budget, Stop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Char = Callable[[str], bool]
    Groups = tuple[int, ...]

_PARSER: Any = importlib.import_module("re._parser" if sys.version_info >= (3, 11) else "sre_parse")
_LONGEST, _MOST_CODE, _DEEPEST = 500, 2_000, 20
_ENDLESS = 4_294_967_295
_KNOWN_FLAGS = re.IGNORECASE | re.MULTILINE | re.DOTALL | re.ASCII | re.UNICODE | re.VERBOSE


class Found(NamedTuple):
    """Where a pattern fits: the places of its groups (the whole first; -1 for none) and their names.

    `is_sure` says whether the groups are those that `re` would find, too.
    """

    text: str
    places: tuple[int, ...]
    names: dict[str, int]
    is_sure: bool

    def group(self, which: int | str) -> str | None:
        """The text of a group; raises IndexError for one that the pattern lacks."""
        number = self.names.get(which, -1) if isinstance(which, str) else which
        if not 0 <= number < len(self.places) // 2:
            raise IndexError(which)
        start, end = self.places[number * 2 : number * 2 + 2]
        return self.text[start:end] if start >= 0 and end >= 0 else None

    def groups(self) -> tuple[str | None, ...]:
        """The texts of all groups."""
        return tuple(self.group(number) for number in range(1, len(self.places) // 2))


class Program(NamedTuple):
    """Instructions; `splits` prefer their first way."""

    code: list[tuple[Any, ...]]
    groups: int
    names: dict[str, int]
    has_references: bool
    is_sure: bool


def fits(pattern: str, text: str, how: str, flags: int, budget: Budget) -> Found | None:
    """Where a pattern fits a text; stops where that takes too much. Raises re.error and OverflowError."""
    if not text.isascii():
        raise Stop("computed")
    program = compiled(pattern, flags, budget)
    starts: Iterable[int] = range(len(text) + 1) if how == "search" else (0,)
    visited: set[tuple[int, int]] = set()
    for start in starts:
        empty = (start, -1, *([-1] * (2 * program.groups - 2)))
        places = _run(program, text, start, empty, budget, visited, whole=how == "fullmatch")
        if places is not None:
            return Found(text, places, program.names, program.is_sure)
    return None


def compiled(pattern: str, flags: int, budget: Budget) -> Program:
    """The machine of a pattern; raises re.error."""
    if len(pattern) > _LONGEST or not pattern.isascii() or flags & ~_KNOWN_FLAGS:
        raise Stop
    budget.spend(len(pattern))
    try:
        parsed = _PARSER.parse(pattern, flags)
    except (RecursionError, MemoryError) as error:
        raise Stop from error
    state = parsed.state
    compiler = _Compiler(budget)
    compiler.sequence(parsed, int(state.flags), 0)
    compiler.code.append(("match",))
    names = dict(state.groupdict)
    return Program(compiler.code, state.groups, names, compiler.has_references, compiler.is_sure)


class _Compiler:
    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.code: list[tuple[Any, ...]] = []
        self.has_references = False
        self.is_sure = True

    def sequence(self, parsed: Any, flags: int, depth: int) -> None:  # noqa: ANN401
        if depth > _DEEPEST:
            raise Stop
        for operator, given in parsed:
            self._one(str(operator), given, flags, depth)
            if len(self.code) > _MOST_CODE:
                raise Stop

    def _one(self, name: str, given: Any, flags: int, depth: int) -> None:  # noqa: ANN401
        if name in ("LITERAL", "NOT_LITERAL"):
            self._char(_literal(chr(given), flags, equal=name == "LITERAL"))
        elif name == "ANY":
            self._char((lambda c: True) if flags & re.DOTALL else (lambda c: c != "\n"))
        elif name == "IN":
            self._char(_among(given, flags))
        elif name == "BRANCH":
            self._branches(given[1], flags, depth)
        elif name == "SUBPATTERN":
            self._group(given, flags, depth)
        elif name in ("MAX_REPEAT", "MIN_REPEAT"):
            self._repeat(given, flags, depth, greedy=name == "MAX_REPEAT")
        elif name == "AT":
            self.code.append(("at", str(given), bool(flags & re.MULTILINE)))
        elif name in ("ASSERT", "ASSERT_NOT"):
            self._look(given, flags, depth, wanted=name == "ASSERT")
        elif name == "ATOMIC_GROUP":
            self.code.append(("atom", self._inner(given, flags, depth)))
        elif name == "GROUPREF" and not flags & re.IGNORECASE:
            self.has_references = True
            self.code.append(("same", given))
        elif name == "FAILURE":
            self.code.append(("fail",))
        else:
            raise Stop("computed")

    def _char(self, test: Char) -> None:
        self.code.append(("char", test))

    def _branches(self, branches: list[Any], flags: int, depth: int) -> None:
        jumps = []
        for branch in branches[:-1]:
            split = self._hole()
            self.sequence(branch, flags, depth + 1)
            jumps.append(self._hole())
            self.code[split] = ("split", split + 1, len(self.code))
        self.sequence(branches[-1], flags, depth + 1)
        for jump in jumps:
            self.code[jump] = ("jump", len(self.code))

    def _hole(self) -> int:
        self.code.append(())
        return len(self.code) - 1

    def _group(self, given: Any, flags: int, depth: int) -> None:  # noqa: ANN401
        number, added, removed, parsed = given
        if number is not None:
            self.code.append(("save", number * 2))
        self.sequence(parsed, (flags | added) & ~removed, depth + 1)
        if number is not None:
            self.code.append(("save", number * 2 + 1))

    def _repeat(self, given: Any, flags: int, depth: int, *, greedy: bool) -> None:  # noqa: ANN401
        least, most, parsed = given
        if parsed.getwidth()[0] == 0 and int(most) > 1:
            self.is_sure = False
        for _ in range(least):
            self.sequence(parsed, flags, depth + 1)
            self._spend()
        if int(most) == _ENDLESS:
            split = self._hole()
            self.sequence(parsed, flags, depth + 1)
            self.code.append(("jump", split))
            self._split(split, greedy=greedy)
            return
        splits = []
        for _ in range(int(most) - int(least)):
            splits.append(self._hole())
            self.sequence(parsed, flags, depth + 1)
            self._spend()
        for split in splits:
            self._split(split, greedy=greedy)

    def _spend(self) -> None:
        self.budget.spend()
        if len(self.code) > _MOST_CODE:
            raise Stop

    def _split(self, at: int, *, greedy: bool) -> None:
        ways = (at + 1, len(self.code))
        self.code[at] = ("split", *(ways if greedy else reversed(ways)))

    def _look(self, given: Any, flags: int, depth: int, *, wanted: bool) -> None:  # noqa: ANN401
        direction, parsed = given
        width = 0 if direction >= 0 else int(parsed.getwidth()[1])
        self.code.append(("look", self._inner(parsed, flags, depth), width, wanted))

    def _inner(self, parsed: Any, flags: int, depth: int) -> Program:  # noqa: ANN401
        inner = _Compiler(self.budget)
        inner.sequence(parsed, flags, depth + 1)
        inner.code.append(("match",))
        self.has_references |= inner.has_references
        self.is_sure &= inner.is_sure
        return Program(inner.code, 0, {}, inner.has_references, inner.is_sure)


def _run(
    program: Program,
    text: str,
    start: int,
    places: Groups,
    budget: Budget,
    visited: set[tuple[int, int]] | None = None,
    *,
    whole: bool = False,
) -> Groups | None:
    """The groups of the first way in which a program fits from a place on."""
    visited = set() if visited is None else visited
    stack: list[tuple[int, int, Groups]] = [(0, start, places)]
    code, size = program.code, len(text)
    while stack:
        at, place, places = stack.pop()
        while True:
            budget.spend()
            if not program.has_references:
                if (at, place) in visited:
                    break
                visited.add((at, place))
            kind = code[at][0]
            if kind == "char":
                if place >= size or not code[at][1](text[place]):
                    break
                at, place = at + 1, place + 1
            elif kind == "split":
                stack.append((code[at][2], place, places))
                at = code[at][1]
            elif kind == "jump":
                at = code[at][1]
            elif kind == "match":
                if whole and place != size:
                    break
                return (places[0], place, *places[2:])
            else:
                went = _stepped(code[at], text, place, places, budget)
                if went is None:
                    break
                place, places = went
                at += 1
    return None


def _stepped(
    step: tuple[Any, ...], text: str, place: int, places: Groups, budget: Budget
) -> tuple[int, Groups] | None:
    """Where a step that is no choice leads."""
    kind = step[0]
    if kind == "save":
        return place, (*places[: step[1]], place, *places[step[1] + 1 :])
    if kind == "at":
        return (place, places) if _is_at(step[1], text, place, lines=step[2]) else None
    if kind == "same":
        start, end = places[step[1] * 2 : step[1] * 2 + 2]
        piece = text[start:end]
        fits_here = start >= 0 and end >= 0 and text.startswith(piece, place)
        return (place + len(piece), places) if fits_here else None
    if kind == "look":
        _, program, width, wanted = step
        inner = _run(program, text, place - width, places, budget) if place >= width else None
        if (inner is not None) != wanted:
            return None
        return place, (*places[:2], *inner[2:]) if inner is not None else places
    if kind == "atom":
        inner = _run(step[1], text, place, places, budget)
        return (inner[1], (*places[:2], *inner[2:])) if inner is not None else None
    return None


def _is_at(where: str, text: str, place: int, *, lines: bool) -> bool:
    before, after = text[place - 1 : place], text[place : place + 1]
    if where == "AT_BEGINNING":
        return place == 0 or (lines and before == "\n")
    if where == "AT_BEGINNING_STRING":
        return place == 0
    if where == "AT_END":
        return place == len(text) or text[place:] == "\n" or (lines and after == "\n")
    if where == "AT_END_STRING":
        return place == len(text)
    if where in ("AT_BOUNDARY", "AT_NON_BOUNDARY"):
        return (_is_word(before) != _is_word(after)) == (where == "AT_BOUNDARY")
    raise Stop("computed")


def _is_word(char: str) -> bool:
    return bool(char) and (char.isalnum() or char == "_")


def _literal(char: str, flags: int, *, equal: bool) -> Char:
    if flags & re.IGNORECASE:
        folded = char.lower()
        return lambda c: (c.lower() == folded) == equal
    return lambda c: (c == char) == equal


_CATEGORIES: dict[str, Char] = {
    "CATEGORY_DIGIT": str.isdigit,
    "CATEGORY_SPACE": str.isspace,
    "CATEGORY_WORD": _is_word,
}


def _among(items: Any, flags: int) -> Char:  # noqa: ANN401
    negated, tests = False, []
    for operator, given in items:
        name = str(operator)
        if name == "NEGATE":
            negated = True
        elif name == "LITERAL":
            tests.append(_literal(chr(given), flags, equal=True))
        elif name == "RANGE":
            tests.append(_ranged(given, folded=bool(flags & re.IGNORECASE)))
        elif name == "CATEGORY":
            tests.append(_category(str(given)))
        else:
            raise Stop("computed")
    return lambda c: any(test(c) for test in tests) != negated


def _ranged(given: tuple[int, int], *, folded: bool) -> Char:
    low, high = given
    if folded:
        return lambda c: low <= ord(c.lower()) <= high or low <= ord(c.upper()) <= high
    return lambda c: low <= ord(c) <= high


def _category(name: str) -> Char:
    negated = "_NOT_" in name
    test = _CATEGORIES.get(name.replace("_NOT_", "_"))
    if test is None:
        raise Stop("computed")
    return lambda c: test(c) != negated
