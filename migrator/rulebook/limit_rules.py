"""rules/limits.toml: thresholds, names and callees of context limits."""

from __future__ import annotations

from typing import Literal

from migrator.rulebook.base import Example, Noop, Rule
from migrator.rulebook.name_rules import NameList


class LimitCall(Rule, frozen=True):
    """A library's call with keywords that bound what is sent (`input`); `piece`: the size of a part of it."""

    id: str
    source: str
    input: tuple[str, ...]
    piece: bool = False
    callees: tuple[str, ...] = ()
    tails: tuple[str, ...] = ()


class TokenizerRule(Rule, frozen=True):
    """A look-up that raises for ids that it does not know, and the encoding that can be named instead.

    `callees` are last names. `becomes` is the attribute beside the callee that takes an encoding's name
    (none: the name itself is the result); `keyword` is exchanged for `other_keyword` where the look-up
    hides in a library. `knows` is the requirement under which nothing needs to change.
    """

    id: str
    source: str
    callees: tuple[str, ...]
    encoding: str
    raises: str
    becomes: str = ""
    keyword: str = ""
    other_keyword: str = ""
    knows: str = ""


class Overflow(Rule, frozen=True):
    """Pieces of the error that the old models answer to a too long request, a piece of the new one's, and
    the code that both share."""

    old: tuple[str, ...]
    new: str
    code: str
    source: str


class LongContext(Rule, frozen=True):
    """By how much prices grow for a whole request above a catalogue's `long_context_from`."""

    input: float
    output: float
    source: str


class LimitShape(Rule, frozen=True):
    """What the tool does with limits, one rule id each; `shape` names the Python that finds it."""

    id: str
    shape: Literal[
        "raise",
        "lower",
        "output",
        "unguarded",
        "guard",
        "overflow",
        "cap",
        "tokenizer",
        "expectation",
        "docs",
    ]
    why: str
    source: str
    example: tuple[Example, ...] = ()
    noop: tuple[Noop, ...] = ()


class LimitRules(Rule, frozen=True):
    """Thresholds, names and callees of context limits.

    Attributes:
        forced_from: share of the old window from which a number counts as forced by it.
        budget_from: the same for budgets.
        rounding: how far above a window a number may lie and still mean it.
        smallest: in tokens; smaller numbers are not looked at.
        answer_share: of a window, left for the answer where no output cap is known.
        starved_below: output caps up to this may be used up by reasoning.
    """

    forced_from: float
    budget_from: float
    rounding: float
    characters_per_token: int
    smallest: int
    answer_share: float
    starved_below: int
    source: str
    long_context: LongContext
    names: dict[str, NameList]
    call: tuple[LimitCall, ...]
    tokenizer: tuple[TokenizerRule, ...]
    overflow: tuple[Overflow, ...]
    rule: tuple[LimitShape, ...] = ()
