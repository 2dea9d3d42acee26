"""Answers that were cut short in a circle are taken again only where the evaluation would end the same."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from migrator.read.ids import IdPattern
from migrator.read.parsing import read
from migrator.read.project import Project
from migrator.read.recall import Kept, Recall
from migrator.read.tree import make_room
from migrator.read.values import MAX_HOPS, Values

make_room()
NAMES = ("alpha", "beta", "gamma", "delta")


class Forgetful(Recall):
    """Keeps nothing: every answer is found by evaluation."""

    def keep(self, node: object, kept: Kept, memo: object) -> None:
        kept.met.is_single = True


def expressions() -> st.SearchStrategy[str]:
    """What calls the functions with their parameters, one another's results and literals."""
    names = st.sampled_from(NAMES)
    leaves = st.sampled_from(("one", "two", "'text'", "'other'", "kept"))
    call = lambda inner: st.builds("{}({}, two={})".format, names, inner, inner)  # noqa: E731
    choice = lambda inner: st.builds("({} or {})".format, inner, inner)  # noqa: E731
    return st.recursive(leaves, lambda inner: call(inner) | choice(inner), max_leaves=6)


def programs() -> st.SearchStrategy[str]:
    """Functions that call one another in circles."""
    body = st.builds("    kept = {}\n    return {}".format, expressions(), expressions())
    bodies = st.tuples(*(body for _ in NAMES))
    return bodies.map(
        lambda found: "\n".join(
            f"def {name}(one, two=None):\n{text}\n" for name, text in zip(NAMES, found, strict=True)
        )
    )


def answers(source: str, *, forgetful: bool) -> list[list[tuple[str, int, str]]]:
    """What every name and call of a program may be, asked in order."""
    file = read("program.py", source.encode(), IdPattern(()))
    values = Values(Project([file]), frozenset())
    if forgetful:
        values._recall = Forgetful(MAX_HOPS)
    asked = [*file.of_kind("Call", "Name")]
    return [[(v.kind, v.node.index, v.path) for v in values.of(node)] for node in asked]


@settings(max_examples=150, deadline=None)
@given(programs())
def test_what_is_kept_of_a_circle_is_what_would_be_found(source: str) -> None:
    assert answers(source, forgetful=False) == answers(source, forgetful=True)
