"""Code examples in docstrings and documents: rewritten like code where docs are, else listed; prose never."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from migrator.decide.documents.snippets import Snippet, changes, docstrings, documents
from migrator.decide.engine import Engine
from migrator.decide.records import Additions, digest, edit_id
from migrator.inventory import Finding
from migrator.read.parsing import read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from migrator.decide.plans import Planner
    from migrator.inventory.edit_records import Edit

RULE, MODEL_RULE = "GPT55-X002", "GPT55-M001"


def docs_examples(planner: Planner) -> Additions:
    """Edits of examples, or findings that name them."""
    if planner.edits_of is None:
        return Additions()
    found, settings = Examples(planner, planner.edits_of), planner.engine.settings

    def is_written(path: str) -> bool:
        return "docs" in settings.at(path).write_contexts

    are_some = any("docs" in each.write_contexts for each in settings.all())
    return Additions(
        edits=[edit for edit in found.edits() if is_written(edit.path)] if are_some else [],
        findings=[finding for finding in found.findings() if not is_written(finding.path)],
    )


class Examples:
    """The examples of one planned run."""

    def __init__(self, planner: Planner, edits_of: Callable[[Engine], list[Edit]]) -> None:
        self.planner = planner
        self.edits_of = edits_of
        self.engine = planner.engine

    @cached_property
    def targets(self) -> dict[str, str]:
        """Ids that become one thing only in the whole program: what examples show follows them."""
        found: dict[str, set[str]] = defaultdict(set)
        for one in self.planner.judged:
            if self.planner.moves(one):
                found[one.occurrence.model].add(self.planner.variants[one.id])
        return {model: variants.pop() for model, variants in found.items() if len(variants) == 1}

    def snippets(self) -> Iterator[Snippet]:
        """The examples in docstrings and in documents that hold an id in their code."""
        for snippet in docstrings(self.planner.judged):
            if self.planner.written(snippet.path, snippet.line, RULE):
                yield snippet
        if self.targets or any("docs" in each.write_contexts for each in self.engine.settings.all()):
            yield from documents(self.engine)

    # -- listed ------------------------------------------------------------------------------------

    def findings(self) -> Iterator[Finding]:
        """Examples of an id that the program leaves behind."""
        for snippet in self.snippets():
            shown = [model for _, model in self.engine.linked.ids(snippet.examples.code)]
            moving = [model for model in dict.fromkeys(shown) if model in self.targets]
            if moving:
                new = {self.planner.engine.catalogue.target(self.targets[model]) for model in moving}
                message = (
                    f"an example shows {', '.join(moving)}, in code now {', '.join(sorted(new))}; "
                    "add docs to write-contexts to change it along"
                )
                yield Finding(
                    rule=RULE,
                    path=snippet.path,
                    line=snippet.line_of(moving),
                    message=message,
                    severity="note",
                )

    # -- rewritten ---------------------------------------------------------------------------------

    def edits(self) -> Iterator[Edit]:
        """What the pipeline makes of the examples, each as a module of its own in the project."""
        snippets = {snippet.module: snippet for snippet in self.snippets()}
        groups: dict[str, list[Edit]] = defaultdict(list)
        for edit in self._planned(snippets.values()) if snippets else ():
            groups[edit.group].append(edit)
        known = {one.id for one in self.planner.judged}
        for name, group in groups.items():
            shown = [edit for edit in group if edit.path in snippets]
            behind = [one for edit in group for one in edit.references if one in known]
            if _shows_a_call(shown) and self._moves(behind):
                yield from self._mapped(name, shown, behind, snippets)

    def _moves(self, behind: Iterable[str]) -> bool:
        """Whether the ids of the program that an example hangs together with move in this run too."""
        return all(one in self.planner.variants for one in behind)

    def _planned(self, snippets: Iterable[Snippet]) -> list[Edit]:
        facts = [read(s.module, s.examples.code.encode(), self.engine.linked.pattern) for s in snippets]
        chosen = self.engine.settings.mapping(self.targets)
        day = self.engine.today
        known = self.engine
        modules = known.linked.project.modules
        files = [*known.facts, *facts]
        edits = self.edits_of(
            Engine(files, chosen, known.rulebook, day, known.data.opened, modules, known.pins)
        )
        for file in facts:
            file.forget()
        return edits

    def _mapped(
        self, name: str, edits: list[Edit], behind: list[str], snippets: dict[str, Snippet]
    ) -> Iterator[Edit]:
        """One group's edits, as changes of the texts that the examples stand in."""
        key = "x-" + digest(f"{name}|{edits[0].path}")
        for one in behind:
            self.planner.groups.join(key, one)
        for path in sorted({edit.path for edit in edits}):
            here = [edit for edit in edits if edit.path == path]
            why = "; ".join(dict.fromkeys(edit.why for edit in here))
            unsafe = any(edit.safety == "unsafe" for edit in here)
            for span, operation in changes(snippets[path], here):
                yield msgspec.structs.replace(
                    here[0],
                    id=edit_id(snippets[path].path, span, operation),
                    path=snippets[path].path,
                    anchor=span,
                    operation=operation,
                    group=key,
                    why=f"the example shows a call that moves: {why}",
                    rule=RULE,
                    rank=9,
                    safety="unsafe" if unsafe else "safe",
                    references=(),
                    call_sites=(),
                )


def _shows_a_call(edits: list[Edit]) -> bool:
    """Whether a group is about a call that moves, not a table or a limit of the example's own."""
    return all(edit.selected for edit in edits) and any(edit.rule == MODEL_RULE for edit in edits)
