"""Independent parts of a codebase are read and decided one by one, in several processes where that pays.

What one process keeps of a part is gone when the next begins; only findings come back. The inventory does
not depend on the number of processes.
"""

from __future__ import annotations

import bisect
import gc
import os
import time
from itertools import accumulate, chain, pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from migrator.discover.beside import Beside, settings_for
from migrator.discover.components import Component
from migrator.discover.file_bytes import read_bytes
from migrator.discover.reader import Reader, Sent
from migrator.discover.workers import Workers, processes
from migrator.inventory import Inventory
from migrator.projectroot import with_ids
from migrator.read.tree import make_room
from migrator.stages import told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from migrator.decide.requests.pins import Pins
    from migrator.discover.reader import Elsewhere, Wanted
    from migrator.discover.survey import Survey
    from migrator.read.ids import IdPattern
    from migrator.read.modules import Modules
    from migrator.read.nodes import FileFacts
    from migrator.rulebook import Rulebook
    from migrator.rulebook.api_rules import Call
    from migrator.settings import Settings

_DIGITS = 16
PARALLEL_FROM = 400_000
"""Bytes in seeds; less is decided before a process has started."""
_SEARCHED = 50
"""How many times as fast a file is searched for a name as it is read; few hold one."""


class Given(NamedTuple):
    """What the deciding of every part needs."""

    root: Path
    exclude: tuple[str, ...]
    settings: Settings
    rulebook: Rulebook
    pattern: IdPattern
    pins: Pins
    data: tuple[bytes, ...]
    settings_files: tuple[str, ...]
    tables: tuple[str, ...]
    only: frozenset[str] | None
    modules: Modules
    imports: Mapping[str, bytes]


class Answer(msgspec.Struct, frozen=True):
    """What was found in a part; `read` and `unread` are the files that could be read and that could not.

    `named` hold a model's id in code; `asked` are the data files that were looked for; `reading` and
    `deciding` took these seconds of processor time.
    """

    inventory: Inventory
    read: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    reading: float = 0.0
    deciding: float = 0.0


def answers(parts: Sequence[Component], found: Survey, given: Given) -> list[Answer]:
    """The answer to each part, in order."""
    if not parts:
        return _with_rest([], given)
    sizes = [sum(found.seeds.get(path, 0) for path in part.seeds) for part in parts]
    count = processes(given.settings.jobs, worth=sum(sizes) >= PARALLEL_FROM)
    order = sorted(range(len(parts)), key=lambda at: -sizes[at])
    ordered = [parts[at] for at in order]
    is_one = sizes[order[0]] > sum(sizes) / 2
    with Workers(count if is_one else min(count, len(parts)), _begin, given, here=is_one) as workers:
        if workers.count == 1:
            made: Iterable[Answer] = map(_answer, ordered)
        elif is_one:
            made = _beside(ordered, workers)
        else:
            made = map(_unpacked, workers.map(_packed, ordered))
        if len(parts) > 1 and not is_one:
            made = told("Deciding", made, len(parts))
        by_place = dict(zip(order, made, strict=True))
    return _with_rest(_apart(parts, [by_place[at] for at in range(len(parts))], given), given)


def _with_rest(made: list[Answer], given: Given) -> list[Answer]:
    """The answers, and what files of settings say that no part of the program takes anything from."""
    told = {reference.path for answer in made for reference in answer.inventory.references}
    rest = [path for path in given.settings_files if path not in told]
    if not rest:
        return made
    _begin(given)
    return [*made, _decided([], (), given, rest=rest)]


def _beside(parts: Sequence[Component], workers: Workers) -> Iterator[Answer]:
    """The first part, the largest by far, is read by all processes and decided in this one.

    The others have the rest meanwhile, and this one helps in the end.
    """
    start, spent, root = time.process_time(), 0.0, str(_Desk.given.root)

    def elsewhere(files: Sequence[Wanted]) -> list[FileFacts]:
        nonlocal spent
        done = workers.together(_shared, _shares(files, workers.count, root))
        spent += sum(each.seconds for each in done[:-1])
        return list(chain.from_iterable(each.facts for each in done))

    facts = _facts(parts[0], elsewhere)
    rest = workers.begin(_packed, parts[1:])
    yield _answered(parts[0], facts, start - spent, keep=True)
    yield from map(_unpacked, rest())


def _apart(parts: Sequence[Component], made: list[Answer], given: Given) -> list[Answer]:
    """The same, but parts that have found a common data file are decided together."""
    holders: dict[str, int] = {}
    for at, answer in enumerate(made):
        for path in sorted({each.path for each in answer.inventory.references} - set(answer.read)):
            first = holders.setdefault(path, at)
            if first != at:
                both = _together(parts[first], parts[at])
                rest = [each for place, each in enumerate(parts) if place not in (first, at)]
                kept = [each for place, each in enumerate(made) if place not in (first, at)]
                _begin(given)
                return _apart([*rest, both], [*kept, _answer(both)], given)
    return made


def _together(one: Component, other: Component) -> Component:
    return Component(*(tuple(sorted({*a, *b})) for a, b in zip(one, other, strict=True)))


def joined(made: Sequence[Answer]) -> Inventory:
    """What all parts found, in path order; without counts, and without what only a whole project has."""
    if len(made) == 1:
        return made[0].inventory
    found = [answer.inventory for answer in made]
    lists = {name: in_order(getattr(each, name) for each in found) for name in _LISTS}
    return msgspec.structs.replace(found[0], **lists)


_LISTS = (
    "references", "call_sites", "limits", "branches", "tables", "edits", "findings", "diagnostics"
)  # fmt: skip


def in_order(lists: Iterable[tuple[Any, ...]]) -> tuple[Any, ...]:
    """A file belongs to one part, in which its records are in order."""
    return tuple(sorted(chain.from_iterable(lists), key=lambda record: record.path))


# -- in the process that decides -----------------------------------------------------------------


class _Desk:
    """What one process needs for every part."""

    given: Given
    sent: Sent


def _begin(given: Given) -> None:
    gc.disable()
    make_room()
    _Desk.given = given
    _Desk.sent = sent(given.rulebook)


def _packed(part: Component) -> bytes:
    return msgspec.msgpack.encode(_answer(part))


def _unpacked(content: bytes) -> Answer:
    return msgspec.msgpack.decode(content, type=Answer)


def _answer(part: Component) -> Answer:
    """Read and decide a part."""
    start = time.process_time()
    return _answered(part, _facts(part), start)


def _facts(part: Component, elsewhere: Elsewhere | None = None) -> list[FileFacts]:
    given = _Desk.given
    reader = Reader(str(given.root), given.pattern, given.data, elsewhere, _Desk.sent)
    return reader.component(part, given.imports, given.modules)


def sent(rulebook: Rulebook) -> Sent:
    """What tells a request where no model is named."""
    prompts = (name.rpartition(".")[2] for call in rulebook.raw_calls for name in call.prompt)
    refused = (rule.name.partition(".")[0] for rule in rulebook.parameters)
    return Sent(senders(rulebook), posters(rulebook), frozenset(prompts), frozenset(refused))


def senders(rulebook: Rulebook) -> frozenset[str]:
    """The packages whose calls send requests, as they are imported; what sends to any address is none."""
    return _packages(call for call in _calls(rulebook) if not call.url)


def posters(rulebook: Rulebook) -> frozenset[str]:
    """The packages whose calls send anything to any address."""
    return _packages(call for call in _calls(rulebook) if call.url)


def _calls(rulebook: Rulebook) -> Iterator[Call]:
    return (call for api in rulebook.apis for call in api.call if call.kind != "tokenizer")


def _packages(calls: Iterable[Call]) -> frozenset[str]:
    return frozenset(callee.split(".")[0] for call in calls for callee in call.callees if "." in callee)


def _shares(files: Sequence[Wanted], count: int, root: str) -> list[Sequence[Wanted]]:
    """The files in `count` runs of about the same work."""
    work = (_size(os.path.join(root, path)) // (_SEARCHED if names else 1) for path, names in files)
    sizes = list(accumulate(work))
    whole = sizes[-1] if sizes else 0
    cuts = [bisect.bisect(sizes, whole * number // count) for number in range(count + 1)]
    return [files[start:end] for start, end in pairwise([*cuts[:-1], len(files)])]


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except (OSError, ValueError):
        return 0


class _Shared(NamedTuple):
    """What a share of the reading of a part found, and the processor time that it took, in seconds."""

    facts: list[FileFacts]
    seconds: float


def _shared(files: Sequence[Wanted]) -> _Shared:
    start, given = time.process_time(), _Desk.given
    facts = list(Reader(str(given.root), given.pattern).share(files))
    return _Shared(facts, time.process_time() - start)


def _answered(part: Component, facts: Sequence[FileFacts], start: float, *, keep: bool = False) -> Answer:
    """The answer to a part whose reading began at `start`, in seconds of processor time.

    To let go of a very large one takes longer than it is worth: `keep` it until the process ends.
    """
    read = time.process_time()
    answer = _decided(facts, part.documents, _Desk.given)
    for file in () if keep else facts:
        file.forget()
    return msgspec.structs.replace(answer, reading=read - start, deciding=time.process_time() - read)


def _closed(inventory: Inventory, facts: Sequence[FileFacts], given: Given) -> Inventory:
    """The inventory after the closing check."""
    from migrator.check.closing import closed
    from migrator.check.faults import Program

    def content(path: str) -> bytes | None:
        try:
            return read_bytes(os.path.join(given.root, path))
        except OSError:
            return None

    variants = targets_by_id(given.rulebook)
    return closed(
        inventory, Program(facts, content, given.rulebook, given.pattern, given.modules, variants, given.pins)
    )


def targets_by_id(rulebook: Rulebook) -> dict[str, str]:
    """The variant of each target's id."""
    return {variant.id: name for name, variant in rulebook.catalog.variants.items()}


def _decided(
    facts: Sequence[FileFacts],
    documents: Sequence[str],
    given: Given,
    *,
    rest: Sequence[str] | None = None,
) -> Answer:
    """What is decided of some code with the settings that it reads, or of the `rest` of the settings."""
    from migrator.decide.documents.cells import with_cells
    from migrator.decide.documents.foreign_readers import without_readers
    from migrator.decide.perpath import chosen
    from migrator.decide.run import decide
    from migrator.read.shapes import readers

    beside = Beside(given.root, given.exclude)
    paths = given.settings_files if rest is None else rest
    settings = settings_for(
        None if rest is not None else facts,
        paths,
        beside,
        given.pattern,
        given.modules.paths,
        targets_by_id(given.rulebook),
    )
    facts = [*facts, *readers(rest or (), beside, given.pattern)]
    whole = [*facts, *settings]
    inventory = decide(
        whole,
        given.settings,
        given.rulebook,
        only=given.only,
        pins=given.pins,
        opened=beside,
        documents=(*documents, *given.tables),
        modules=given.modules,
    )
    for file in whole:
        file.forget_nodes()
    inventory = with_cells(chosen(_closed(inventory, whole, given), given.settings), facts)
    inventory = without_readers(inventory)
    read_as = {file.path: file.digest[:_DIGITS] for file in whole}
    edits = tuple(
        msgspec.structs.replace(edit, digest=read_as.get(edit.path, edit.digest)) for edit in inventory.edits
    )
    return Answer(
        msgspec.structs.replace(inventory, edits=edits),
        tuple(file.path for file in facts if file.problem is None),
        tuple(file.path for file in facts if file.problem is not None),
        tuple(with_ids(facts)),
        tuple(sorted(beside.asked)),
    )
