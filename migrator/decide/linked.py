"""The linked project as the deciders see it, and where values end up."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from migrator.decide.names import Names
from migrator.decide.prompts.prompt_files import PromptFiles
from migrator.read.flow import Flow, Use
from migrator.read.project import enclosing_class, last_name
from migrator.read.receivers import Receiver, Receivers
from migrator.read.values import Values

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.read.facts import IdPattern, Node
    from migrator.read.project import Project
    from migrator.rulebook import Rulebook


class Ends(NamedTuple):
    """What a value reaches.

    Attributes:
        sites: calls that take it as their model, with their receivers (none: inferred).
        standard, azure, other: by those calls' vendors.
        tokenizer: a tokenizer look-up; predicate: a comparison or string test on a model name;
        lookup: a subscript or `get` by it; model_name: a keyword or parameter that carries a model.
        spoken: a text for people; elsewhere: any other call; training: the base of a fine-tune.
    """

    sites: tuple[tuple[Node, Receiver | None], ...] = ()
    standard: bool = False
    azure: bool = False
    azure_files: frozenset[str] = frozenset()
    other: bool = False
    tokenizer: bool = False
    predicate: bool = False
    lookup: bool = False
    model_name: bool = False
    spoken: bool = False
    elsewhere: bool = False
    training: bool = False


class Linked:
    """Project, values, flow, receivers and names of one run."""

    def __init__(self, project: Project, rulebook: Rulebook, pattern: IdPattern) -> None:
        self.project = project
        self.rulebook = rulebook
        self.pattern = pattern
        self.names = Names(rulebook.names)
        self.values = Values(project, frozenset(rulebook.names["environment"].exact))
        self.flow = Flow(project, self.values)
        self.prompt_files = PromptFiles(project, self.values, self.names)
        self.receivers = Receivers(self.values, rulebook)
        self._ends: dict[tuple[Node, str], Ends] = {}

    def ids(self, text: str) -> Iterator[tuple[int, str]]:
        """Ids of the source families in a text."""
        return self.pattern.finditer(text)

    def names_model(self, test: Node) -> bool:
        """Whether a test asks for a model's name: a text in it looks like one, or a piece of one."""
        constants = [n.value for n in [test, *test.descendants()] if n.kind == "Constant"]
        return any(self.names("family-text", text) for text in constants if isinstance(text, str))

    def mentions(self, node: Node) -> bool:
        """Whether a constant in an expression holds an id."""
        return any(
            n.kind == "Constant" and isinstance(n.value, str) and any(True for _ in self.ids(n.value))
            for n in [node, *node.descendants()]
        )

    def bound_to(self, node: Node) -> list[Node]:
        """The bindings of a name, or the stores of a `self.name`."""
        if node.kind == "Name":
            return self.project.bindings(node)
        base = node.child("value")
        cls = enclosing_class(node)
        if base is None or base.kind != "Name" or base.value not in ("self", "cls") or cls is None:
            return []
        return self.values.attribute_stores(cls, str(node.value))

    def ends(self, node: Node, part: str = "whole") -> Ends:
        """What the value of an expression reaches, through the whole project."""
        known = self._ends.get((node, part))
        if known is None:
            known = self._ends[node, part] = self._judge(self.flow.uses(node, part))
        return known

    def _judge(self, uses: tuple[Use, ...]) -> Ends:
        ends = Ends()
        for use in uses:
            if use.kind == "argument":
                ends = self._argument(ends, use)
            elif use.kind == "compare":
                ends = ends._replace(predicate=ends.predicate or _tests_text(use, self.names))
            elif use.kind == "lookup":
                ends = ends._replace(lookup=True)
            elif use.kind == "format":
                ends = ends._replace(spoken=True)
        return ends

    def _argument(self, ends: Ends, use: Use) -> Ends:
        call, name = use.node, use.name
        callee = last_name(call.child("func"))
        receiver = self.receivers.of(call)
        if receiver is not None and use.part.startswith("entry:"):
            path = name if name == "**" else f"{name}.{use.part[6:]}"
            if path in receiver.call.nested:
                return self._at_site(ends, call, receiver)
        if use.part != "whole":
            if callee in ("startswith", "endswith") and use.part == "element":
                return ends._replace(predicate=True)
            return ends
        if self.names("tokenizer", callee) or (not name.startswith("#") and self.names("tokenizer", name)):
            return ends._replace(tokenizer=True)
        if receiver is not None and self._takes_model(receiver, name):
            return self._at_site(ends, call, receiver)
        if callee in ("startswith", "endswith", "match", "search", "fullmatch"):
            return ends._replace(predicate=True)
        if callee in ("get", "pop") and name == "#0":
            return ends._replace(lookup=True)
        if not name.startswith("#") and self.names.model(name) and not self.names("error-callee", callee):
            return ends._replace(model_name=True, sites=_with(ends.sites, call, None))
        if self.names("log-callee", callee) or (not name.startswith("#") and self.names("prose", name)):
            return ends._replace(spoken=True)
        return ends._replace(elsewhere=True)

    @staticmethod
    def _takes_model(receiver: Receiver, name: str) -> bool:
        rule = receiver.call
        return name in rule.model or (rule.position is not None and name == f"#{rule.position}")

    def _at_site(self, ends: Ends, call: Node, receiver: Receiver) -> Ends:
        kind = receiver.call.kind
        if kind == "tokenizer":
            return ends._replace(tokenizer=True)
        ends = ends._replace(sites=_with(ends.sites, call, receiver))
        if kind == "fine-tune":
            return ends._replace(training=True)
        if receiver.vendor == "azure" or kind == "deployment":
            return ends._replace(azure=True, azure_files=ends.azure_files | {call.file.path})
        if receiver.vendor in ("other", "local") or kind == "other-endpoint":
            return ends._replace(other=True)
        return ends._replace(standard=True)


def _with(
    sites: tuple[tuple[Node, Receiver | None], ...], call: Node, receiver: Receiver | None
) -> tuple[tuple[Node, Receiver | None], ...]:
    return sites if any(node == call for node, _ in sites) else (*sites, (call, receiver))


def _tests_text(use: Use, names: Names) -> bool:
    """Whether a comparison asks for a piece of a name (`x in model`), not for a member (`model in known`)."""
    if use.part != "whole" or use.name != "left" or not {"In", "NotIn"} & set(use.node.value):
        return False
    right = use.node.child("comparators")
    while (
        right is not None
        and right.kind in ("Call", "Attribute")
        and last_name(right) in ("", "lower", "value")
    ):
        right = right.child("func") or right.child("value")
    name = last_name(right)
    return (names.model(name) and not name.lower().endswith("s")) or name in ("name", "id")
