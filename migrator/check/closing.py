"""The last gate: edits are rendered, the program is read again, and what a new model refuses is held."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from migrator.check.lookups import Lookups
from migrator.decide.names import Names
from migrator.inventory import RemoveEntry, RemoveKeyword, RenameEntry, RenameKeyword
from migrator.know.activations import Activations
from migrator.know.evaluator import Evaluator
from migrator.know.solver import UnsolvedError
from migrator.read.parsing import read
from migrator.read.project import Project
from migrator.rendering import Renderer
from migrator.requests.apis import Apis
from migrator.requests.requests import Requests
from migrator.requests.violations import pictures_refused, violations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from migrator.inventory import Edit, Inventory
    from migrator.know.values import Value
    from migrator.read.facts import FileFacts
    from migrator.read.ids import IdPattern
    from migrator.read.modules import Modules
    from migrator.requests.violations import Violation
    from migrator.rulebook import Rulebook

ROUNDS = 8
"""How often groups are withdrawn and the rest is looked at again."""


class Program(NamedTuple):
    """What the check needs of a program: its files as read, their bytes, the rules."""

    facts: Sequence[FileFacts]
    content: Callable[[str], bytes | None]
    rulebook: Rulebook
    pattern: IdPattern
    modules: Modules | None
    variants: dict[str, str]


class Fault(NamedTuple):
    """A request that would be refused: the groups that must wait, and why."""

    groups: frozenset[str]
    where: str
    path: str
    line: int
    detail: str


def closed(inventory: Inventory, program: Program) -> Inventory:
    """The inventory without the groups after which a request would be refused."""
    held: dict[str, Fault] = {}
    for _ in range(ROUNDS):
        edits = [e for e in inventory.edits if e.selected and e.group not in held]
        found = faults(edits, program) if any(e.rule == MODEL_RULE for e in edits) else []
        new = {group: fault for fault in found for group in fault.groups if group not in held}
        if not new:
            break
        held.update(new)
    return _without(inventory, held) if held else inventory


MODEL_RULE = "GPT55-M001"


def faults(edits: Sequence[Edit], program: Program) -> list[Fault]:
    """What would be refused after some edits, and by which of their groups."""
    changed = _rendered(edits, program)
    facts = [
        read(file.path, changed[file.path], program.pattern) if file.path in changed else file
        for file in program.facts
    ]
    project = Project((f for f in facts if f.problem is None), program.modules)
    know = Evaluator(project, frozenset(program.rulebook.names["environment"].exact))
    activations = Activations(know)
    requests = Requests(know, activations, Apis(program.rulebook), Names(program.rulebook.names))
    places = _Places(edits, program, changed)
    found = [*_refused(requests, program, places), *_missed(know, activations, edits, places)]
    know.forget()
    for file in facts:
        if file.path in changed:
            file.forget()
    return found


def _refused(requests: Requests, program: Program, places: _Places) -> Iterator[Fault]:
    with suppress(UnsolvedError, RecursionError):
        for request in requests.all():
            for violation in violations(request, program.variants, program.rulebook):
                groups = places.groups(violation)
                if groups:
                    yield _fault(violation, request.call.where, groups)
            for model, shown in pictures_refused(request, program.variants, program.rulebook):
                groups = places.behind(model)
                if groups:
                    detail = f"the call at {request.call.where} would send a picture ({shown.node.where}) to "
                    where, detail = request.call.where, detail + f"{model.constant}, which takes text only"
                    yield Fault(groups, where, shown.node.file.path, shown.node.line, detail)


def _missed(
    know: Evaluator, activations: Activations, edits: Sequence[Edit], places: _Places
) -> Iterator[Fault]:
    """Look-ups by a new id or by a parameter's old name that would find nothing."""
    taken = _taken_away(edits)
    targets = tuple(places.program.variants)

    def matters(key: object) -> bool:
        return isinstance(key, str) and (key in taken or any(target in key for target in targets))

    with suppress(UnsolvedError, RecursionError):
        for miss in Lookups(know, activations, matters).missed():
            groups = taken.get(miss.key.constant) or places.behind(miss.key)
            if groups:
                lacking = miss.lacking.node.where
                detail = f"{miss.node.where} would find no {miss.key.constant!r} in what is made at {lacking}"
                yield Fault(groups, miss.node.where, miss.node.file.path, miss.node.line, detail)


def _taken_away(edits: Sequence[Edit]) -> dict[str, frozenset[str]]:
    """By its name the groups that rename or remove a parameter."""
    found: dict[str, frozenset[str]] = {}
    for edit in edits:
        operation = edit.operation
        name = getattr(operation, "key", "") if isinstance(operation, (RenameEntry, RemoveEntry)) else ""
        if isinstance(operation, (RenameKeyword, RemoveKeyword)):
            name = operation.name
        if name:
            found[name] = found.get(name, frozenset()) | {edit.group}
    return found


def _rendered(edits: Sequence[Edit], program: Program) -> dict[str, bytes]:
    contents = {path: program.content(path) for path in {edit.path for edit in edits}}
    known = {path: data for path, data in contents.items() if data is not None and path.endswith(".py")}
    made = Renderer(known, jobs=1).render(e for e in edits if e.path in known)
    return {work.path: done.data for work, done in made if done.data != work.data}


class _Places:
    """Which edits stand behind a place of the edited program."""

    def __init__(self, edits: Iterable[Edit], program: Program, changed: dict[str, bytes]) -> None:
        self.program = program
        self.changed = changed
        self.edits: dict[str, list[Edit]] = defaultdict(list)
        for edit in edits:
            if edit.rule == MODEL_RULE or edit.rule.startswith("GPT55-T"):
                self.edits[edit.path].append(edit)
        self._lines: dict[str, dict[int, tuple[int, int]]] = {}

    def groups(self, violation: Violation) -> frozenset[str]:
        """The groups that wrote the model which is refused."""
        return self.behind(violation.model)

    def behind(self, value: Value) -> frozenset[str]:
        """The groups that wrote the literals which a constant is made of."""
        found: set[str] = set()
        for part in value.more or (value.node,):
            path, line = part.file.path, part.line
            if path in self.changed:
                first, last = self._old(path).get(line, (0, -1))
                found |= {e.group for e in self.edits[path] if e.anchor[0] <= last and e.anchor[2] >= first}
        return frozenset(found)

    def _old(self, path: str) -> dict[int, tuple[int, int]]:
        """By line of the new text the lines of the old one."""
        known = self._lines.get(path)
        if known is None:
            old = (self.program.content(path) or b"").splitlines()
            new = self.changed[path].splitlines()
            known = self._lines[path] = {}
            for _, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
                same = b - a == d - c
                for at in range(c, d):
                    known[at + 1] = (a + at - c + 1, a + at - c + 1) if same else (a + 1, max(b, a + 1))
        return known


def _fault(violation: Violation, where: str, groups: frozenset[str]) -> Fault:
    given = violation.given
    place = given.entry.node.where if given.entry.node is not None else given.entry.holder.where
    detail = (
        f"the call at {where} would send {_shown(violation)} to {violation.model.constant}, "
        f"which refuses it; it comes from {place}"
    )
    return Fault(groups, where, violation.value.node.file.path, violation.value.node.line, detail)


def _shown(violation: Violation) -> str:
    """A parameter with its value, as far as that is known."""
    name, value = violation.given.name, violation.value
    return f"{name}={value.constant!r}" if value.kind == "constant" else f"{name} ({value.data})"


def _without(inventory: Inventory, held: dict[str, Fault]) -> Inventory:
    """The groups' edits go, their references wait for a person."""
    waiting = {r: held[e.group] for e in inventory.edits if e.group in held for r in e.references}
    references = tuple(
        msgspec.structs.replace(
            r,
            action="review" if r.action == "rewrite" else r.action,
            selected=False,
            variant="",
            replacement="",
            reason="must-move-together",
            detail=waiting[r.id].detail,
        )
        if r.id in waiting and r.action in ("rewrite", "extend")
        else r
        for r in inventory.references
    )
    edits = tuple(e for e in inventory.edits if e.group not in held)
    return msgspec.structs.replace(inventory, references=references, edits=edits)
