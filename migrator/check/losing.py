"""Whether a program loses something where a test takes a new id elsewhere than the old one."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from migrator.decide.branches.outcomes import gives_all, outcome
from migrator.decide.meanings import Names
from migrator.decide.tables.missing_keys import brief
from migrator.read.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from migrator.check.flipped_tests import Flip
    from migrator.decide.branches.ladders import Arm
    from migrator.read.nodes import Node
    from migrator.rulebook import Rulebook

_ANSWERS = frozenset({"any", "all", "bool", "startswith", "endswith", "isdigit", "isinstance"})
_TAKEN_AWAY = re.compile(r"""pop\(\s*["']\w+["']|del [^\n]*""")


class Losing:
    """Judges flips by the rules of one catalogue."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self.names = Names(rulebook.names)

    def loses(self, flip: Flip) -> bool:
        """Whether a new id gets less: an error, what it refuses, no picture, nothing, what is another's."""
        old, new = flip.before, flip.after
        if new.is_refusal:
            return not old.is_refusal
        if self._is_meant(new, flip) or not old.body or old.source.strip() == new.source.strip():
            return False
        if self._shows(old) and not self._shows(new):
            return True
        if self._are_alike(old, new):
            return False
        if _only_answers(old) and _only_answers(new):
            return False
        if self._speaks(old) or self._speaks(new):
            kept = ((a, b) for a, b in _unlike(old, new) if not {a.value, _said_of(a)} & self._dropped)
            return self._refuses(new) or any(self._renames.get(a.value) != b.value for a, b in kept)
        return not _only_tells(old)

    def gives_less(self, arm: Sequence[Node], other: Sequence[Node]) -> bool:
        """Whether an arm leaves out what another gives and new models take."""
        return not gives_all(arm, other, {*map(str, self._dropped), *map(str, self._renames)}, self.names)

    def _shows(self, arm: Arm) -> bool:
        """Whether an arm makes a part of a message that holds a picture."""
        texts = (n.value for one in arm.body for n in one.among("Constant"))
        return any(isinstance(text, str) and self.names("picture-part", text) for text in texts)

    def _are_alike(self, old: Arm, new: Arm) -> bool:
        """Whether arms differ in the role of a message alone."""
        differing = _differing(old, new)
        return bool(differing) and all(self.names("message-role", text) for text in differing)

    def _is_meant(self, arm: Arm, flip: Flip) -> bool:
        """Whether an arm's own test names a new id, or what the new one begins with and the old one lacks."""
        if arm.test is None and arm.guard is None:
            return False
        if any(variant.id in arm.asks for variant in self.rulebook.catalog.variants.values()):
            return True
        texts = {n.value for n in arm.test.among("Constant")} if arm.test is not None else set()
        told = [one for one in texts if isinstance(one, str) and self.names("family-text", one)]
        ids = [str(name.text).rpartition("/")[2] for name in flip.names]
        return any(one not in flip.old and all(name.startswith(one) for name in ids) for one in told)

    def _speaks(self, arm: Arm) -> bool:
        return bool(self._parameters.search(arm.source))

    def _refuses(self, arm: Arm) -> bool:
        """Whether an arm sends what new models refuse (to take it away is no sending)."""
        return self._refused.search(_TAKEN_AWAY.sub("", arm.source)) is not None

    @cached_property
    def _renames(self) -> dict[object, str]:
        """What parameters are called that new models take by another name."""
        return {r.name: r.change.rename for r in self.rulebook.parameters if r.change.rename}

    @cached_property
    def _dropped(self) -> set[object]:
        """What new models take by no name: the new one's arm may say another thing in its place."""
        return {r.name for r in self.rulebook.parameters if r.change.remove and r.name not in self._renames}

    @cached_property
    def _refused(self) -> re.Pattern[str]:
        rules = self.rulebook.parameters
        names = _any({r.name for r in rules if r.change.rename or r.change.remove})
        return re.compile(rf"""["'](?:{names})["']\s*(?:\]\s*=(?!=)|:)|\b(?:{names})\s*=(?!=)""")

    @cached_property
    def _parameters(self) -> re.Pattern[str]:
        rules = [r for r in self.rulebook.parameters if r.change.rename or r.change.remove]
        names = _any({r.name for r in rules} | {r.change.rename for r in rules})
        return re.compile(rf"\b(?:{names})\b")


def _differing(old: Arm, new: Arm) -> set[str]:
    """The constants in which arms differ that are the same otherwise."""
    return {str(node.value) for pair in _unlike(old, new) for node in pair}


def _unlike(old: Arm, new: Arm) -> list[tuple[Node, Node]]:
    """The pairs of constants in which arms differ that are the same otherwise."""
    nodes = [[n for one in arm.body for n in (one, *one.descendants())] for arm in (old, new)]
    pairs = list(zip(*nodes, strict=False))
    is_same = len(nodes[0]) == len(nodes[1]) and all(a.kind == b.kind for a, b in pairs)
    unlike = [(a, b) for a, b in pairs if a.value != b.value] if is_same else []
    return unlike if all(a.kind == "Constant" for a, _ in unlike) else []


def _said_of(constant: Node) -> object:
    """The key that a constant is the value of: `{"k": 1}`, `d["k"] = 1`."""
    above = constant.parent
    if above is None or constant.field not in ("values", "value"):
        return None
    if above.kind == "Dict":
        return dict(zip(above.all("values"), above.all("keys"), strict=False))[constant].value
    target = above.child("targets") if above.kind == "Assign" else None
    key = target.child("slice") if target is not None else None
    return key.value if key is not None and key.kind == "Constant" else None


def _any(names: set[str]) -> str:
    plain = sorted(name for name in names if name.isidentifier())
    return "|".join(map(re.escape, plain)) or "(?!)"


def _only_answers(arm: Arm) -> bool:
    """Whether an arm answers yes or no; what asks for the answer is a test itself."""
    [*before, last] = arm.body or (None,)
    answer = last.child("value") if last is not None and last.kind == "Return" else last
    return not before and answer is not None and _is_answer(answer)


def _is_answer(node: Node) -> bool:
    if node.kind == "BoolOp":
        return all(map(_is_answer, node.all("values")))
    if node.kind == "UnaryOp":
        return bool(node.value == "Not")
    if node.kind == "Call":
        return last_name(node.first) in _ANSWERS
    return isinstance(node.value, bool) or str(node.kind) == "Compare"


def _only_tells(arm: Arm) -> bool:
    """Whether an arm does nothing, or only logs or prints."""
    return all(
        statement.kind == "Pass"
        or (statement.kind == "Expr" and re.match(r"(\w*log\w*|warnings?)\.\w+\(|print\(", statement.source))
        for statement in arm.body
    )


def sentence(flip: Flip, name: str) -> str:
    """Both outcomes."""
    asked = next((arm for arm in flip.ladder.arms if arm.test is not None), flip.before)
    told = flip.before if flip.before.test is not None else flip.after
    what = brief((told if told.test is not None else asked).asks)
    where = flip.ladder.arms[0].anchor.where
    return f"`{what}` at {where}: {outcome(flip.before)} for {flip.old}, {outcome(flip.after)} for {name}"
