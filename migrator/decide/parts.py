"""The parts of the planner, in order: each takes the planner with its variants and groups settled."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from migrator.decide.additions import Additions, Groups

if TYPE_CHECKING:
    from migrator.decide.plans import Planner

__all__ = ["EARLY", "PARTS", "Additions", "Groups", "Part"]

Part = Callable[["Planner"], Additions]

from migrator.decide.branches.flips import branches  # noqa: E402 (parts import the names above)
from migrator.decide.documents.examples import docs_examples  # noqa: E402
from migrator.decide.documents.migrations import migrations  # noqa: E402
from migrator.decide.expected.expectations import expectations  # noqa: E402
from migrator.decide.limits.finder import limits  # noqa: E402
from migrator.decide.limits.handlers import handlers  # noqa: E402
from migrator.decide.limits.overflow import unguarded  # noqa: E402
from migrator.decide.recommend.advice import advice  # noqa: E402
from migrator.decide.recommend.suggestions import suggestions  # noqa: E402
from migrator.decide.requests.caps import small_caps  # noqa: E402
from migrator.decide.splits import splits  # noqa: E402
from migrator.decide.tables.gaps import tables  # noqa: E402
from migrator.decide.tables.keyed import keyed  # noqa: E402
from migrator.decide.tokenizers import tokenizers  # noqa: E402

EARLY: tuple[Part, ...] = (tables, branches)
"""Before the parameters: what they add decides what reaches which call."""

PARTS: tuple[Part, ...] = (
    splits,
    keyed,
    limits,
    tokenizers,
    unguarded,
    handlers,
    small_caps,
    expectations,
    docs_examples,
    migrations,
    advice,
    suggestions,
)
