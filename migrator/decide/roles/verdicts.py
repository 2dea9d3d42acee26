"""Verdicts on occurrences, and the places that they are given on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from migrator.decide.roles.literal_forms import Shape
    from migrator.inventory import Action, Context, Role
    from migrator.read.facts import Occurrence
    from migrator.read.nodes import FileFacts, Node


class Verdict(NamedTuple):
    """Role and action of one occurrence; `reason` is of the closed list for `review`, else what it is."""

    role: Role
    action: Action
    reason: str
    detail: str = ""

    def review(self, reason: str, detail: str) -> Verdict:
        """The same role, for a person to decide."""
        return self._replace(action="review", reason=reason, detail=detail)


class Position(NamedTuple):
    """An occurrence in code: its string, the expression around it (out of `or`, `+`, f-strings), its holder.

    `alternative`: it is one of several values (`a or "gpt-4o"`).
    """

    file: FileFacts
    occurrence: Occurrence
    context: Context
    string: Node
    shape: Shape
    node: Node
    holder: Node
    alternative: bool

    @property
    def in_test(self) -> bool:
        return self.context == "test"


PROSE = Verdict("prose", "leave", "prose", "text that mentions a model")
METADATA = Verdict("prose", "leave", "metadata", "records which model answered")
REWRITE_CALL = Verdict("call-argument", "rewrite", "")
REWRITE_DEFAULT = Verdict("default", "rewrite", "")
EXTEND_KEY = Verdict("lookup-key", "extend", "")
EXTEND_CHOICE = Verdict("membership", "extend", "")
REFUSED = EXTEND_CHOICE.review(
    "capability-lost", "models that take what the new ones refuse: add none of them"
)
TOKENIZER = Verdict("tokenizer", "leave", "tokenizer", "only chooses an encoding, which the new models share")
EXPECTED = Verdict("expected", "leave", "expectation", "states what came out, or stands for recorded data")
COMPARISON = Verdict("comparison", "review", "branch-flips", "compared with a model name at run time")
UNKNOWN = Verdict("default", "review", "dynamic", "what becomes of it is not known")
FOREIGN = Verdict("foreign", "leave", "foreign", "names something else than a model to call")
ALIAS = FOREIGN._replace(detail="an alias that the program defines itself")
DEPLOYMENT = Verdict("default", "review", "azure-deployment", "named as a deployment, no id")
LEGACY = Verdict("lookup-key", "leave", "legacy-table", "models that are no longer served")
OLD_ROW = Verdict("lookup-key", "review", "must-move-together", "looks up the old model's row")
CATALOGUED = Verdict(
    "default",
    "review",
    "must-move-together",
    "a constant named after its model stays: a new one is needed beside it, and its uses move to that",
)
ONE_NAME = Verdict("lookup-key", "review", "branch-flips", "for one model name")


def last_target(target: Node) -> str:
    """The name that an assignment target ends in."""
    return str(target.value) if target.kind in ("NameStore", "AttributeStore") else ""


def bound_name(node: Node) -> str:
    """The name that the statement around a node assigns to."""
    statement = node.statement
    for field in ("targets", "target"):
        target = statement.child(field)
        if target is not None:
            return last_target(target)
    return ""


def near_names(node: Node) -> list[str]:
    """The names under which a value is bound or passed."""
    names = [bound_name(node), *(str(a.value) for a in node.ancestors() if a.kind in ("keyword", "arg"))]
    return [name for name in names if name]
