"""What tests on a model's name are for, and whether a new model loses a kind of input by one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from migrator.decide.branches.outcomes import truth
from migrator.read.scopes import enclosing_function

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.branches.ladders import Arm
    from migrator.decide.branches.outcomes import Case
    from migrator.decide.rewrites import Rewrites
    from migrator.read.nodes import Node
    from migrator.read.project import Project
    from migrator.rulebook.table_rules import IntentRule

MAX_HOPS = 2
"""Names of which one is made of another."""
_ASSIGNING = ("Assign", "AnnAssign")
_HOLDING = frozenset({"Return", "Call", "IfExp"})
_TOLD = re.compile(r"(\w*log\w*|warnings?)\.\w+\(|print\(")
_WORDS = frozenset({"Constant", "JoinedStr", "Attribute"})


class Purposes:
    """Asks the rules what code is for."""

    def __init__(self, rewrites: Rewrites, intents: tuple[IntentRule, ...], project: Project) -> None:
        self.catalogue = rewrites.catalogue
        self.intents = intents
        self.project = project

    def wanted(self, case: Case, code: str) -> bool:
        """Whether code is of a kind whose purpose is clear, and the new model can do it."""
        new = self.catalogue.model(self.catalogue.target(case.pair.variant))
        fitting = [r for r in self.intents if _says(r.patterns, code)]
        able = all(not r.modalities or (new and set(r.modalities) & set(new.modalities)) for r in fitting)
        return bool(fitting) and able

    def lost(self, case: Case) -> bool:
        """Whether a test that nothing widens keeps from the new model a kind of input that the old got."""
        old = self.catalogue.model(case.pair.model)
        if old is None or (case.ladder is not None and case.hits[0] == case.hits[1]):
            return False
        code = self._code(case)
        kinds = (r for r in self.intents if r.modalities and _says(r.patterns, code))
        return any(set(r.modalities) & set(old.modalities) for r in kinds)

    def _code(self, case: Case) -> str:
        """What the old model gets, and what turns the new one away; nothing where that is only told."""
        if case.ladder is None or case.arm is None:
            return "\n".join(self._hanging(case.test.root)) if case.before == truth(True) else ""
        away = case.ladder.arms[case.hits[1]]
        if _only_tells(case.arm.body) and _only_tells(away.body):
            return ""
        return f"{purpose(case.arm)}\n{away.source}"

    def _hanging(self, test: Node, hops: int = MAX_HOPS) -> Iterator[str]:
        """The names under which an outcome is kept, and the code that hangs on it."""
        stores = [one for one in _targets(test) if one.kind == "NameStore"]
        loads = [load for one in stores for load in self.project.loads(one)]
        if loads and all(map(_is_word, loads)):
            return
        yield from (str(one.value) for one in _targets(test))
        yield "" if stores else flag(test)
        for load in loads if hops else ():
            above = next((one for one in load.ancestors() if one.is_statement), load)
            if above.kind == "If" and not _only_tells(tuple(above.all("body"))):
                yield from (one.source for one in above.all("body"))
            elif above.kind in ("Assign", "AnnAssign"):
                yield from self._hanging(load, hops - 1)


def _targets(test: Node) -> list[Node]:
    """What an outcome is assigned to, alone or with others."""
    statement = test.statement
    return [*statement.all("targets"), *statement.all("target")] if statement.kind in _ASSIGNING else []


def _is_word(load: Node) -> bool:
    """Whether something chooses among words, or is put into a text or a message."""
    for above in load.ancestors():
        if above.kind == "JoinedStr":
            return True
        if above.kind == "IfExp" and load.field == "test":
            return {one.kind for one in above.children() if one.field != "test"} <= _WORDS
        if above.is_statement:
            return above.kind == "Expr" and _TOLD.match(above.source) is not None
    return False


def _only_tells(body: tuple[Node, ...]) -> bool:
    return all(one.kind == "Pass" or (one.kind == "Expr" and _TOLD.match(one.source)) for one in body)


def flag(test: Node) -> str:
    """The name under which a test's outcome is kept."""
    for above in test.ancestors():
        target = above.child("targets") or above.child("target")
        if above.kind in ("Assign", "AnnAssign") and target is not None:
            return str(target.value)
        if above.kind in ("FunctionDef", "AsyncFunctionDef", "keyword"):
            return str(above.value)
        if above.kind not in _HOLDING:
            return ""
    return ""


def purpose(arm: Arm) -> str:
    """What an arm is for: its code, or the function's name where it only answers yes."""
    answer = arm.body[0].child("value") if len(arm.body) == 1 and arm.body[0].kind == "Return" else None
    function = enclosing_function(arm.anchor)
    named = answer is not None and answer.value is True and function is not None
    return str(function.value) if named and function is not None else arm.source


def _says(patterns: tuple[str, ...], code: str) -> bool:
    return re.search("|".join(patterns), code, re.IGNORECASE) is not None
