"""What is planned in one run, as far as it is known: the record that all parts of the planning share."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from migrator.data.formats import is_data
from migrator.decide.contexts import WRITTEN
from migrator.decide.flows.value_ends import ValueEnds
from migrator.decide.records import Additions, Groups, digest
from migrator.decide.requests.naming import Namings
from migrator.decide.requests.parameter_rules import Requests

if TYPE_CHECKING:
    from collections.abc import Callable

    from migrator.decide.engine import Engine
    from migrator.decide.records import Judged, Site
    from migrator.decide.requests.planned_parameters import Planned
    from migrator.decide.roles.verdicts import Verdict
    from migrator.inventory import Context, Recommendation, Requirement
    from migrator.inventory.edit_records import Edit, Span
    from migrator.read.nodes import FileFacts, Node
    from migrator.rulebook.catalog_rules import Model

MODEL_RULE = "GPT55-M001"


class Planner:
    """What is known of one run's plan.

    Parts may change a reference's verdict (`settled`) and leave ids for a person (`keep`). Those that come
    before the parameters say which ids a display gains (`grown`), which variants reach a call by way of it
    (`arriving`) and which code no id that moves gets to (`unreached`). Those that come after them see what
    is planned so far (`planned`, `additions`). `edits_of` plans the examples that documents show.
    """

    def __init__(
        self,
        engine: Engine,
        judged: list[Judged],
        sites: dict[Node, Site],
        edits_of: Callable[[Engine], list[Edit]] | None = None,
    ) -> None:
        self.engine = engine
        self.judged = judged
        self.edits_of = edits_of
        self.sites = dict(sorted(sites.items(), key=lambda item: (item[0].file.path, item[0].index)))
        self.requests = Requests(engine.linked, engine.rulebook.catalog, engine.pins)
        self.prompts = engine.surroundings.wording.prompts
        self.by_site: dict[Node, list[Judged]] = defaultdict(list)
        for one in judged:
            for call in one.sites:
                self.by_site[call].append(one)
        self.advice: dict[str, Recommendation] = {}
        self.forced: dict[str, str] = {}
        self.recommendations: dict[Node, Recommendation] = {}
        self.variants: dict[str, str] = {}
        self.settled: dict[str, Verdict] = {}
        self.grown: dict[Node, set[str]] = {}
        self.arriving: dict[Node, set[str]] = defaultdict(set)
        self.offered: dict[Node, set[str]] = defaultdict(set)
        self.unreached: list[tuple[str, Span]] = []
        self.members: dict[str, str] = {}
        self.loose: set[Node] = set()
        self.groups = Groups()
        self.waiting: dict[str, set[str]] = {}
        self.planned: dict[Node, list[Planned]] = {}
        self.held: dict[str, str] = {}
        self.unproven: dict[str, str] = {}
        self.required: dict[str, Requirement] = {}
        self.additions = Additions()

    def forget(self) -> None:
        """Let go of all at once, without a search for cycles."""
        vars(self).clear()

    def coming(self, call: Node) -> list[Judged]:
        """The ids that reach a call, and those that may: nobody knows where they go, nor what it calls."""
        return [*self.by_site[call], *self._astray.get(call, ())]

    @cached_property
    def _astray(self) -> dict[Node, list[Judged]]:
        """By call whose model is not known, the ids that get to no request."""
        of, near = self.engine.linked.requests_of, self.engine.linked.project.are_near
        requests = {call: of(call) for call, site in self.sites.items() if site.receiver is not None}
        models = [v for found in requests.values() for r in found for v in r.models if v.text]
        seen = {part for value in models for part in value.more or (value.node,)}
        gone = [one for one in self.judged if self._gets_nowhere(one) and one.node not in seen]
        found: dict[Node, list[Judged]] = {}
        for call, made in requests.items() if gone else ():
            told = [r for r in made if r.unknown_model is not None and not r.is_guessed]
            if told and not self.sites[call].is_elsewhere:
                is_any = call.kind != "Dict" and not all(r.is_too_much for r in told)
                path = call.file.path
                found[call] = [one for one in gone if is_any or near(path, one.file.path)]
                if not found[call] and call.kind != "Dict":
                    self.loose.add(call)
                    found[call] = gone
        return found

    def _gets_nowhere(self, one: Judged) -> bool:
        is_known = any(self.sites[call].receiver is not None for call in one.sites)
        is_written = one.verdict.action == "rewrite" and one.context in WRITTEN and not is_data(one.file.path)
        return is_written and not is_known

    @cached_property
    def ends(self) -> ValueEnds:
        """Where values of ids end."""
        return ValueEnds(self.engine.linked)

    @cached_property
    def namings(self) -> Namings:
        """What stands before an id where a library wants it."""
        return Namings(self.engine, self.sites, self.variants)

    # -- what may be written -------------------------------------------------------------------------

    def written(self, path: str, line: int, rule: str) -> bool:
        """Whether the settings, the file's context and its comments allow an edit by a rule at a place."""
        return not self.off(path, line, rule)

    def off(self, path: str, line: int, rule: str) -> str:
        """What the settings, the file's context or its comments have against an edit by a rule at a place."""
        file = self.engine.linked.project.files.get(path)
        context = self.engine.contexts.of(path, generated=file is not None and file.generated)
        if not self.writes(path, context):
            return f"{context} files are not written (--write-contexts {context})"
        rules = self.engine.suppressions.get(path)
        if rules is not None and rules.covering(line, rule) is not None:
            return f"a comment leaves out {rule}"
        wanted = self.engine.choices.per_path.wants(path, rule)
        return "" if wanted else f"select and ignore leave out {rule}"

    def writes(self, path: str, context: Context) -> bool:
        """Whether files of a context are written; data files only where config files are."""
        settings = self.engine.settings.at(path)
        if not is_data(path):
            return context in (*WRITTEN, *settings.write_contexts)
        config = settings.config_files or "config" in settings.write_contexts
        return config and (context == "config" or context in settings.write_contexts)

    def keep(
        self, moving: list[Judged], reason: str, detail: str, requirement: Requirement | None = None
    ) -> bool:
        """Leave ids, and those that move with them, for a person; a test's keeps none of the program's."""
        roots = {self.groups.root(one.id) for one in moving}
        in_tests = all(one.context == "test" for one in moving)
        for one in self.judged:
            if in_tests and one.context != "test":
                continue
            if one.id in self.variants and self.groups.root(one.id) in roots:
                self.settled[one.id] = one.verdict.review(reason, detail)
                del self.variants[one.id]
                if requirement is not None:
                    self.required[one.id] = requirement
        return bool(moving)

    def moves(self, one: Judged) -> bool:
        """Whether an id moves and is written."""
        return one.id in self.variants and self.wanted(one)

    def after(self, one: Judged) -> Model | None:
        """The model that an id which moves becomes."""
        catalogue = self.engine.catalogue
        return catalogue.model(catalogue.target(self.variants[one.id]))

    def is_live(self, file: FileFacts) -> bool:
        """Whether a file's code is of a context that is written."""
        context = self.engine.contexts.of(file.path, generated=file.generated)
        return context in (*WRITTEN, *self.engine.settings.at(file.path).write_contexts)

    def wanted(self, one: Judged) -> bool:
        """Whether an id that moves is written."""
        wants = self.engine.choices.per_path.wants(one.file.path, MODEL_RULE)
        return self.writes(one.file.path, one.context) and not one.suppressed and wants

    # -- names of call sites -------------------------------------------------------------------------

    def site_id(self, call: Node) -> str:
        return self._site_ids[call]

    @cached_property
    def _site_ids(self) -> dict[Node, str]:
        """By file, scope and API, and by their order where these are the same."""
        found: dict[Node, str] = {}
        counts: dict[str, int] = defaultdict(int)
        for call, site in self.sites.items():
            key = f"{call.file.path}|{site.scope}|{site.api}"
            counts[key] += 1
            found[call] = "s-" + digest(f"{key}|{counts[key]}")
        return found
