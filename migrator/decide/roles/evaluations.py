"""Ids that could be rewritten but that a person must decide: judges, baselines, expectations beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.decide.roles.verdicts import Position, Verdict, near_names
from migrator.read.scopes import enclosing_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.catalogue import Catalogue
    from migrator.decide.linked import Linked
    from migrator.read.nodes import Node

PINNED_JUDGE = ("evaluation-baseline", "a judge pinned to a dated snapshot")


_BARE = 2
"""Words of a remark that says nothing but that something is on purpose."""


class Evaluations:
    """Judges whether a rewrite would change what something is measured with."""

    def __init__(self, linked: Linked, catalogue: Catalogue) -> None:
        self.linked = linked
        self.names = linked.names
        self.catalogue = catalogue

    def judged(self, place: Position, verdict: Verdict) -> Verdict:
        """The verdict, or a review with the first reason that holds."""
        for reason, detail in self._reasons(place):
            return verdict.review(reason, detail)
        return verdict

    def _reasons(self, place: Position) -> Iterator[tuple[str, str]]:
        node, near = place.node, near_names(place.node)
        if self._falls_back(node):
            yield "fallback-on-purpose", "called when the new model fails"
        if self._expected_beside(node):
            yield "must-move-together", "an expectation beside it names models"
        if self.catalogue.dated(place.occurrence.model) and (self._any("judge", near) or self._judges(place)):
            yield PINNED_JUDGE
        if self._any("measured", [*near, *enclosing_names(node), place.file.path.rpartition("/")[2]]):
            yield "evaluates-models", "the model is itself what is measured"
        if (self._any("judge", near) or self._any("subject", near)) and self._benchmarks(place):
            yield "evaluation-baseline", "part of a benchmark whose results it decides"
        if place.in_test and self._any("about-model", enclosing_names(node)):
            yield "must-move-together", "a test that is about this kind of model"
        yield from self._remarks(place)
        if self._any("baseline", near):
            yield "evaluation-baseline", "kept to compare with"

    def _remarks(self, place: Position) -> Iterator[tuple[str, str]]:
        remark = place.occurrence.remark
        said = f"the comment beside it says: {remark.strip()}"
        if self.names("on-purpose", remark) and self._is_about_model(remark):
            yield "fallback-on-purpose", said
        if self.names("chosen-for", remark):
            yield "must-move-together", said
        if self.names("pinned", remark):
            yield "evaluation-baseline", said

    def _is_about_model(self, remark: str) -> bool:
        """Whether a remark speaks of a model, or of nothing else than that it is on purpose."""
        return self.names("remark-on-model", remark) or len(remark.strip(" #.,!-").split()) <= _BARE

    def _any(self, list_name: str, names: list[str]) -> bool:
        return any(self.names(list_name, name) for name in names)

    def _falls_back(self, node: Node) -> bool:
        """Whether it stands in an `except` of a `try` that calls a target already."""
        for above in node.ancestors():
            if above.kind == "ExceptHandler" and above.parent is not None:
                body = [n for part in above.parent.all("body") for n in part.descendants()]
                return any(n.kind == "Constant" and self.catalogue.is_target(str(n.value)) for n in body)
        return False

    def _judges(self, place: Position) -> bool:
        """Whether the call around it belongs to a library that scores answers."""
        for above in place.node.ancestors():
            if above.kind == "Call":
                receiver = self.linked.receivers.of(above)
                return receiver is not None and self.names("judging-library", receiver.library)
        return False

    def _benchmarks(self, place: Position) -> bool:
        """Whether the file stands in, or imports from, a benchmark."""
        tree = place.file.tree
        modules = [tree.value[i][0] for i in tree.of_kind("ImportFrom")]
        folders = place.file.path.rpartition("/")[0].split("/")
        return any(self.names("benchmark", name) for name in [*modules, *folders])

    def _expected_beside(self, node: Node) -> bool:
        """Whether the call around it states, in a text that names models, what is expected."""
        for above in node.ancestors():
            if above.kind == "Call":
                for keyword in above.all("keywords"):
                    value = keyword.child("value")
                    named = str(keyword.value or "").startswith("expected")
                    if named and value is not None and not node.inside(value) and self._names_models(value):
                        return True
            if above.is_statement:
                return False
        return False

    def _names_models(self, value: Node) -> bool:
        if self.linked.mentions(value):
            return True
        return value.kind == "Constant" and isinstance(value.value, str) and " model" in value.value
