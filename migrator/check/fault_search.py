"""What is asked of an edited program: what would be refused, missed, flipped or lost, and by which edit."""

from __future__ import annotations

import ast
import re
import textwrap
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from migrator.check.added_members import Members, added_members
from migrator.check.admitting import Admitting
from migrator.check.bounded import each
from migrator.check.completing import WIDER, Fix, Parameters, fix_for
from migrator.check.edited_places import Places, adds_member, replaces_id
from migrator.check.faults import Fault, Program, mended
from migrator.check.filters import Filters
from migrator.check.flipped_tests import Flip, Flips
from migrator.check.looked_up import Told, missed, quiet
from migrator.check.losing import Losing, sentence
from migrator.check.meeting import Meetings
from migrator.check.needless import PARAMETER_RULES, Needless, chosen, in_old_rows
from migrator.check.outside_names import asked_outside
from migrator.check.posted import Posted
from migrator.check.readers import Misfit, Readers
from migrator.check.refusing import refused
from migrator.check.side import Side
from migrator.check.standins import StandIns
from migrator.decide.contexts import Contexts
from migrator.decide.meanings import Names
from migrator.inventory.edit_records import ReplaceExpression
from migrator.know.activations import Activations
from migrator.know.answers import Answers
from migrator.know.classes import outside
from migrator.know.solver import UnsolvedError
from migrator.know.values import Site
from migrator.read.project import Project
from migrator.requests.argument_values import KEEPING, is_made
from migrator.requests.requests import Requests
from migrator.stages import told

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from migrator.check.editions import Editions
    from migrator.inventory import Inventory
    from migrator.inventory.edit_records import Edit
    from migrator.know.evaluator import Evaluator
    from migrator.know.values import Value
    from migrator.read.nodes import FileFacts, Node
    from migrator.rulebook import Rulebook


_NOTHING_TOLD = Told()


def faults(edits: Sequence[Edit], editions: Editions, told_by: Told = _NOTHING_TOLD) -> list[Fault]:
    """What would be refused after some edits, and by which of their groups."""
    program = editions.program
    changed = editions.rendered(edits)
    new = _asked(editions.read(changed), program)
    know, activations = new.know, new.activations
    requests = Requests(know, activations, program.rulebook, Names(program.rulebook.names))
    places = Places(edits, editions.content, changed, program.facts)
    targets = tuple(program.variants)
    members = Members(new, targets, added_members(new, places, targets))
    admitting = Admitting(new, members, places, _known(program), Losing(program.rulebook))
    asked: list[Callable[[], Iterable[Fault]]] = [
        lambda: refused(requests, program, places, admitting),
        lambda: missed(new, edits, program, places, told_by, partial(_asked, program.facts, program)),
        lambda: quiet(new, program, places),
        lambda: _met(know, activations, program, places),
        lambda: _absent(know, edits, places),
        lambda: _unnamed(know, program, places),
        lambda: put_into_scripts(know, program.rulebook, places),
        lambda: put_beside_calls(know, program.rulebook, places),
        lambda: Posted(know, program.rulebook, places).faults(),
        lambda: _misfitting(requests, edits, program, places),
    ]
    if any(replaces_id(e) or adds_member(e) for e in edits):
        asked.append(lambda: _flipped(new, edits, editions, places, admitting, told_by))
    found = [fault for question in told("Checking the plan", asked) for fault in question()]
    new.know.forget()
    return found


def without_needless(inventory: Inventory, editions: Editions) -> Inventory:
    """The inventory without edits of parameters at places where no new id comes."""
    program = editions.program
    edits = [e for e in inventory.edits if e.selected]
    files = {file.path: file for file in program.facts if file.problem is None}
    if beside := in_old_rows(edits, files, frozenset(_known(program)), program.variants):
        inventory = msgspec.structs.replace(
            inventory, edits=tuple(e for e in inventory.edits if e.id not in beside)
        )
        edits = [e for e in edits if e.id not in beside]
    found = chosen(edits, files)
    if not found:
        return inventory
    facts = editions.read(editions.rendered(e for e in edits if not e.rule.startswith(PARAMETER_RULES)))
    side = _asked(facts, program)
    written = "\n".join(file.text for file in facts if file.problem is None)
    targets = tuple(target for target in program.variants if target in written)
    needless = Needless(side, targets, Names(program.rulebook.names).model).among(found, edits)
    side.know.forget()
    if not needless:
        return inventory
    kept = tuple(e for e in inventory.edits if e.id not in needless)
    return msgspec.structs.replace(inventory, edits=kept)


def _asked(facts: Sequence[FileFacts], program: Program) -> Side:
    project = Project((f for f in facts if f.problem is None), program.modules)
    know = Answers.of(project, program.rulebook)
    return Side(project, know, Activations(know))


def _known(program: Program) -> list[str]:
    """The ids of texts' models that are no targets."""
    models = program.rulebook.catalog.models
    return [one.id for one in models if one.kind == "text" and one.id not in program.variants]


def _flipped(
    new: Side,
    edits: Sequence[Edit],
    editions: Editions,
    places: Places,
    admitting: Admitting,
    told_by: Told,
) -> Iterator[Fault]:
    """Tests that give a written id less than the old one; the program without the ids' edits tells."""
    program = editions.program
    old = _asked(editions.read(editions.rendered(e for e in edits if not replaces_id(e))), program)
    contexts, losing = Contexts(program.rulebook.names, program.pins.projects), Losing(program.rulebook)
    is_model = Names(program.rulebook.names).model
    flips = Flips(new, old, admitting.written, is_model).all(lambda f: contexts.of(f.path) != "test")
    losing_ones = [flip for flip in flips if losing.loses(flip)]
    refused = (name for flip in losing_ones if flip.after.is_refusal for name in flip.names)
    ids = frozenset(admitting.written.target(name.text) for name in refused)
    for flip in losing_ones:
        if groups := frozenset[str]().union(*map(places.behind, flip.names)):
            node, name = flip.ladder.arms[0].anchor, str(flip.names[0].constant)
            path = node.file.path
            fault = Fault(groups, node.where, path, places.line(path, node.line), sentence(flip, name))
            fault = fault._replace(reason="branch-flips", is_choice=not flip.after.is_refusal)
            is_proven = (fault.path, fault.line) not in told_by.unproven
            own = ids if flip.member is None else _beside(flip, losing_ones, admitting)
            fix = admitting.elsewhere(flip, own) if is_proven else None
            yield mended(fault, fix, admitting.passed(), places)
    old.know.forget()


def _beside(flip: Flip, flips: Sequence[Flip], admitting: Admitting) -> frozenset[str]:
    """The ids of members that one test keeps from one arm."""
    names = (name for one in flips if one.is_beside(flip) for name in one.names)
    return frozenset(admitting.written.target(name.text) for name in names)


def _met(know: Evaluator, activations: Activations, program: Program, places: Places) -> Iterator[Fault]:
    """Places at which a written name comes to grief."""
    targets = tuple(program.variants)

    def matters(text: object) -> bool:
        return isinstance(text, str) and any(target in text for target in targets)

    with suppress(UnsolvedError, RecursionError):
        names = Names(program.rulebook.names)
        for met in Meetings(know, activations, matters, places.before, names).all():
            groups = frozenset[str]().union(*(places.behind(name) for name in met.names))
            if groups:
                detail = f"{met.node.where}: {met.what}"
                node, fix = met.node, None
                if met.wider is not None and (anchor := places.unchanged(met.wider[0])) is not None:
                    made = ReplaceExpression(source=met.wider[1])
                    fix = Fix(met.wider[0].file.path, anchor, made, WIDER)
                yield Fault(groups, node.where, node.file.path, node.line, detail, fix=fix)


def _misfitting(
    requests: Requests, edits: Sequence[Edit], program: Program, places: Places
) -> Iterator[Fault]:
    """Calls of the program's own functions, records and texts that no longer fit what they are given."""
    know = requests.know
    given = Parameters(edits, program.rulebook)
    gone, new, other = given.gone, given.new, given.renamed
    contexts = Contexts(program.rulebook.names, program.pins.projects)

    def counts(path: str) -> bool:
        return path in places.changed or contexts.of(path) != "test"

    with suppress(UnsolvedError, RecursionError):
        readers = Readers(know, requests.activations, gone, new, other, counts, program.rulebook.names)
        standing = StandIns(know, requests.apis, counts).misfits(requests, readers)
        kept, filtered = KeptAttributes(requests, gone).misfits(), Filters(know, other).misfits()
        for found in (*readers.misfits(), *standing, *filtered, *kept) if gone else ():
            groups = gone.get(found.name, frozenset()) | new.get(found.name, frozenset())
            detail, node = f"{found.node.where} {found.what}", found.node
            fix = fix_for(found, given, places)
            yield Fault(groups, node.where, node.file.path, node.line, detail, fix=fix)


def _absent(know: Evaluator, edits: Sequence[Edit], places: Places) -> Iterator[Fault]:
    """Members of enumerations that an edit names and that are not there."""
    paths = {e.path for e in edits if isinstance(e.operation, ReplaceExpression)}
    named = sorted(paths & set(places.changed) & set(know.project.files))

    def asked(load: Node) -> Iterator[Fault]:
        groups = places.replaced(load)
        if groups and _lacks_member(know, load):
            detail = f"{load.where} would name {load.source}, which does not exist"
            yield Fault(groups, load.where, load.file.path, load.line, detail)

    yield from each((load for path in named for load in know.project.files[path].of_kind("Attribute")), asked)


def _unnamed(know: Evaluator, program: Program, places: Places) -> Iterator[Fault]:
    """Names that are made of a written id: what is asked may have none for it, or the program has none."""

    def is_made(key: Value) -> bool:
        texts = [str(part.value) for part in key.more if key.text is not None]
        return any(target in text for text in texts for target in program.variants) and bool(
            places.behind(key)
        )

    def asked(call: Node) -> Iterator[Fault]:
        base, *rest = call.all("args") or (call,)
        if not rest or rest[0].kind == "Constant":
            return
        frame = know.frames.of(call)
        keys = [key for key in know.value(rest[0], frame) if is_made(key)]
        bases = know.value(base, frame) if keys else ()
        if bases and all(_may_lack(know, one, keys[0], places.before(keys[0])) for one in bases):
            groups = frozenset[str]().union(*map(places.behind, keys))
            detail = f"{call.where} asks {base.source} for {keys[0].text}, and may not find it"
            yield Fault(groups, call.where, call.file.path, call.line, detail)

    yield from each(know.project.calls("getattr"), asked)
    for node, key in asked_outside(know, is_made):
        detail = f"{node.where} asks for {key.text}, and may not find it"
        yield Fault(places.behind(key), node.where, node.file.path, node.line, detail)


def _may_lack(know: Evaluator, base: Value, key: Value, before: str | None) -> bool:
    """Whether something may have nothing by a name; what is the program's own had what was asked before."""
    if base.kind in ("library", "open"):
        return True
    cls = base.data if base.kind == "instance" else base.node
    if base.kind not in ("instance", "class") or outside(know, cls) or know.resolved(cls, "__getattr__"):
        return False
    return bool(before and know.resolved(cls, before)) and not know.resolved(cls, str(key.text))


def _lacks_member(know: Evaluator, load: Node) -> bool:
    bases = know.value(load.first, know.frames.of(load))
    return bool(bases) and all(
        base.kind == "class" and not know.resolved(base.node, str(load.value)) for base in bases
    )


class KeptAttributes:
    """Finds reads of what the objects of one program are no longer given, by the names that are `gone`."""

    def __init__(self, requests: Requests, gone: Collection[str]) -> None:
        self.know = requests.know
        self.requests = requests
        self.gone = gone

    def misfits(self) -> Iterator[Misfit]:
        """Every such read."""
        loads = (load for name in sorted(self.gone) for load in self.know.project.attribute_loads(name))
        yield from each(loads, self._at)

    def _at(self, load: Node) -> Iterator[Misfit]:
        if load.field == "func":
            return
        name = str(load.value)
        for value in self.know.value(load.first, self.know.frames.of(load)):
            if is_made(value) and self._keeps(value) and not self._is_given(value, name):
                yield Misfit(load, name, f"would find no {name!r} at the object of {value.node.where}", load)

    def _keeps(self, made: Value) -> bool:
        path = str(made.data).removesuffix("()")
        return any(rule.kind in KEEPING for rule in self.requests.apis.speaking_of(path))

    def _is_given(self, made: Value, name: str) -> bool:
        given = self.know.arguments((Site(made.node, made.frame),))
        later = self.requests.arguments.given_later(made.node, made.frame)
        return any(one.key in (name, None) for one in (*given, *later))


MAX_TEXT = 20_000
"""Characters of a text that is read as a program."""
_GIVEN = re.compile(r"""\b([a-z]\w+)["']?\s*[=:]""")
_CALLED = re.compile(r"\b(\w+\.\w+)\(")


def put_into_scripts(know: Evaluator, rulebook: Rulebook, places: Places) -> Iterator[Fault]:
    """Written ids that a text holds which is a program with a call that is given a model."""
    names = {name for api in rulebook.apis for call in api.call for name in call.model if name.isidentifier()}
    for file in know.project.files.values():
        source = file.text
        if not any(f"{name}=" in source for name in names):
            continue
        for at in (at for at, kind in enumerate(file.tree.kind) if kind == "JoinedStr"):
            text = file.nodes[at]
            groups = _groups(know, text, places) if _calls_model(text, names) else frozenset()
            if groups:
                detail = f"{text.where} puts it into the text of a program, which is not edited"
                yield Fault(groups, text.where, file.path, text.line, detail)


def put_beside_calls(know: Evaluator, rulebook: Rulebook, places: Places) -> Iterator[Fault]:
    """Written ids that are put together with a text which calls a model, and gives what new ones refuse."""
    tails = {tail for api in rulebook.apis for call in api.call for tail in call.tails}
    called = frozenset(".".join(tail.split(".")[-2:]) for tail in tails)
    refused = frozenset(r.name for r in rulebook.parameters if r.change.rename or r.change.remove)
    for file in know.project.files.values():
        source = file.text
        for text in file.of_kind("Constant") if any(f"{one}(" in source for one in called) else ():
            said = text.value if isinstance(text.value, str) else ""
            if called.isdisjoint(_CALLED.findall(said)) or text.statement.first is text:
                continue
            for statement in dict.fromkeys(_made_of(know, text)):
                texts = [str(one.value) for one in (*statement.among("Constant"), text)]
                given = refused.intersection(name for one in texts for name in _GIVEN.findall(one))
                groups = _groups(know, statement, places) if given else frozenset()
                if groups:
                    detail = f"{text.where} puts it into the text of a program, beside {min(given)}"
                    yield Fault(groups, statement.where, file.path, text.line, detail)


def _made_of(know: Evaluator, text: Node) -> Iterator[Node]:
    """The statement that a text stands in, and those that read the name that it is given."""
    yield text.statement
    for store in text.statement.all("targets"):
        if store.kind == "NameStore":
            yield from (load.statement for load in know.project.loads(store))


def _groups(know: Evaluator, around: Node, places: Places) -> frozenset[str]:
    """The groups that wrote what is put into a text."""
    found: frozenset[str] = frozenset()
    for part in around.among("Name", "Attribute"):
        with suppress(UnsolvedError, RecursionError):
            values = know.value(part, know.frames.of(around)) if part.field != "func" else ()
            found = found.union(*(places.behind(value) for value in values if value.text))
    return found


def _calls_model(text: Node, names: set[str]) -> bool:
    """Whether a text is a program with a call that is given a model."""
    parts = [str(one.value) if one.kind == "Constant" else "_" for one in text.children()]
    source = textwrap.dedent("".join(parts))
    if len(source) > MAX_TEXT or not any(f"{name}=" in source for name in names):
        return False
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return any(keyword.arg in names for call in calls for keyword in call.keywords)
