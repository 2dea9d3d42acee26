"""`rules check`: rule and catalogue files of a user's own, and their examples; `rules schema`."""

from __future__ import annotations

import difflib
import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from migrator.commands import DONE, FINDINGS
from migrator.output import save, show
from migrator.parameternames import SENT
from migrator.report import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from migrator.inventory import Inventory
    from migrator.rulebook import Rulebook
    from migrator.rulebook.advice_rules import PromptAdvice
    from migrator.rulebook.api_rules import Call
    from migrator.rulebook.base import Example, Noop, Rule
    from migrator.rulebook.catalog_rules import Catalog
    from migrator.rulebook.request_rules import ParameterRule
    from migrator.rulebook.use_rules import Signal


class Shown(NamedTuple):
    """An example or a noop, and what is wrong with it: nothing where it comes out as it is shown."""

    name: str
    problem: str


def check(files: Sequence[str]) -> int:
    """Say of each file what is in it, and which of its examples do not come out as they are shown."""
    wrong = 0
    for file in files:
        notes, shown = _checked(Path(file))
        bad = [one for one in shown if one.problem]
        wrong += len(bad)
        lines = [f"{file}: {note}" for note in notes]
        lines += [f"{file}: {one.name}: {one.problem}" for one in bad]
        right = f"{len(bad)} not as shown" if bad else "all as shown"
        lines.append(f"{file}: {words.count(len(shown), 'example')}" + (f", {right}" if shown else ""))
        show("\n".join(lines) + "\n")
    return FINDINGS if wrong else DONE


def _checked(file: Path) -> tuple[list[str], list[Shown]]:
    from migrator.rulebook.rulefiles import is_catalog_file, load_rulebook, user_rules

    if is_catalog_file(file):
        book = load_rulebook(str(file), examples=True)
        own: list[Call | ParameterRule] = []
        own += [rule for rule in book.parameters if rule.catalogs == (book.catalog.name,)]
        return [*_about(book.catalog, book), *_unsent(book), *_bare(own)], list(
            _programs(own, {"catalog": str(file)})
        )
    rules = user_rules(file)
    book = load_rulebook(extra=[file])
    changing: list[Call | ParameterRule] = [*rules.call, *rules.parameter]
    shown = [*_programs(changing, {"rules": [str(file)]}), *_signals(rules.signal), *_prompts(rules.prompt)]
    return [*_unsent(book, rules.parameter), *_bare([*changing, *rules.signal, *rules.prompt])], shown


def _unsent(book: Rulebook, rules: Iterable[ParameterRule] | None = None) -> Iterator[str]:
    """Rules for all calls that send a parameter which no call states."""
    own = (rule for rule in book.parameters if rule.catalogs == (book.catalog.name,))
    takes = [call.takes for api in book.apis for call in api.call]
    sent = {name for each in takes for name in (*each.sent, *each.renamed.values())}
    for rule in own if rules is None else rules:
        if SENT in rule.apis and not {rule.name, rule.name.partition(".")[0]} & sent:
            why = f'no library states that it sends {rule.name}, so "{SENT}" may reach no call'
            yield f'{rule.id}: {why}; name calls, or "style:chat"'


def _bare(rules: Iterable[Rule]) -> Iterator[str]:
    from migrator.rulebook.rulechecks import identity

    for rule in rules:
        missing = [name for name in ("example", "noop") if not getattr(rule, name)]
        if missing:
            yield f"{identity(rule)}: has no {' and no '.join(missing)}"


# -- programs --------------------------------------------------------------------------------------


def _programs(rules: Iterable[Call | ParameterRule], settings: Mapping[str, object]) -> Iterator[Shown]:
    for rule in rules:
        for number, example in enumerate(rule.example, 1):
            yield Shown(f"{rule.id}, example {number}", _problem(rule, example, settings))
        for number, noop in enumerate(rule.noop, 1):
            yield Shown(f"{rule.id}, noop {number}", _problem(rule, noop, settings))


def _problem(rule: Call | ParameterRule, case: Example | Noop, settings: Mapping[str, object]) -> str:
    """What differs from what an example shows, and what the tool made of it; nothing where it is the same."""
    from migrator.pipeline import migrate
    from migrator.rulebook.base import Example
    from migrator.settings import parse_settings

    before = case.files or {"app.py": case.before}
    wanted = (case.migrated or {"app.py": case.after}) if isinstance(case, Example) else before
    chosen = parse_settings({**settings, **case.settings}, f"{rule.id}: settings")
    inventory, made = migrate({path: text.encode() for path, text in before.items()}, chosen)
    if inventory.diagnostics:
        return f"{inventory.diagnostics[0].path}: {inventory.diagnostics[0].message}"
    new = {path: data.decode() for path, data in made.items()}
    reason = "" if isinstance(case, Example) else case.reason
    if new != wanted:
        return "\n".join([f"not as shown. {_seen(rule, inventory)}", *_differences(wanted, new)])
    if reason and reason not in {one.reason for one in inventory.references}:
        return f"unchanged, but not for the reason {reason}. {_seen(rule, inventory)}"
    return ""


def _differences(wanted: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    for path in sorted({*wanted, *new}):
        shown, made = wanted.get(path, "").splitlines(), new.get(path, "").splitlines()
        for line in difflib.unified_diff(shown, made, f"{path} as shown", f"{path} as made", lineterm=""):
            yield f"    {line}"


def _seen(rule: Call | ParameterRule, inventory: Inventory) -> str:
    """What matched in a program and what did not."""
    from migrator.rulebook.api_rules import Call

    apis = sorted({site.api for site in inventory.call_sites})
    matched = f"Matched: {', '.join(apis)}." if apis else "No call in it was recognised."
    if isinstance(rule, Call) and rule.id not in apis:
        matched += f" Nothing matched {', '.join((*rule.callees, *rule.tails))}."
    held = [f"line {one.line}: {one.action}, {one.reason}: {one.detail}" for one in inventory.references
            if one.action != "rewrite" and one.detail]  # fmt: skip
    return " ".join([matched, *held])


# -- texts -----------------------------------------------------------------------------------------


def _signals(signals: Sequence[Signal]) -> Iterator[Shown]:
    from migrator.decide.recommend.clues import Evidence
    from migrator.decide.recommend.signals import SLOT, Signals

    known = Signals(signals)

    def shows(signal: Signal, text: str) -> bool:
        pieces = [
            Evidence("name" if where == "slot" else where, text, SLOT if where == "slot" else 1.0)
            for where in signal.where
        ]
        return any(found.id == signal.id for piece in pieces for found, _ in known.of(piece))

    for signal in signals:
        yield from _texts(signal, partial(shows, signal))


def _prompts(rules: Sequence[PromptAdvice]) -> Iterator[Shown]:
    from migrator.decide.catalogue import Catalogue
    from migrator.decide.recommend.advice import Adviser
    from migrator.inventory.prompt_records import Message, Prompt
    from migrator.read.ids import IdPattern
    from migrator.rulebook.rulefiles import load_rulebook

    adviser = Adviser(tuple(rules), IdPattern.of(Catalogue(load_rulebook().catalog).families))

    def shows(rule: PromptAdvice, text: str) -> bool:
        prompt = Prompt(messages=(Message(role=rule.roles[0] if rule.roles else "system", text=text),))
        return rule.id in {match.rule.id for match in adviser.of(prompt, (*rule.variants, "instant")[0])}

    for rule in rules:
        yield from _texts(rule, partial(shows, rule))


def _texts(rule: Signal | PromptAdvice, shows: Callable[[str], bool]) -> Iterator[Shown]:
    for text in rule.example:
        yield Shown(f"{rule.id}, example", "" if shows(text) else f'does not match "{text}"')
    for text in rule.noop:
        yield Shown(f"{rule.id}, noop", f'matches "{text}"' if shows(text) else "")


# -- catalogues ------------------------------------------------------------------------------------


def _about(catalog: Catalog, book: Rulebook) -> Iterator[str]:
    """What a catalogue writes, whose parameter rules hold, and what is missing."""
    from migrator.decide.catalogue import Catalogue
    from migrator.read.ids import IdPattern
    from migrator.report.catalogue_table import unpublished

    known, figures = Catalogue(catalog), {model.id: model for model in catalog.models}
    for name, variant in catalog.variants.items():
        model = figures.get(variant.id)
        missing = [key for key in _FIGURES if model is None or getattr(model, key) is None]
        yield f"{name}: {variant.id}" + (f" (not known: {', '.join(missing)})" if missing else "")
    families = [family.name for family in known.families]
    yield f"migrates {', '.join(families)}" if families else _NO_FAMILY
    pattern = IdPattern.of(known.families)
    for target in dict.fromkeys(known.targets.values()):
        if families and any(found == target for _, found in pattern.finditer(target)):
            yield f"{target} belongs to a family that is migrated; exclude it there"
    rules = sum(catalog.name in rule.catalogs for rule in book.parameters)
    yield f"{rules} parameter rules hold for it"
    if names := unpublished(catalog, book.other_catalogs):
        yield f"the publisher of the API does not list {', '.join(names)}"


_FIGURES = ("context_window", "max_output", "usd_in", "usd_out")
_NO_FAMILY = 'migrates nothing: give it includes = ["models.toml"], or [[families]] with default = true'


# -- schemas ---------------------------------------------------------------------------------------


def schema(kind: str, output: str) -> int:
    """Print the JSON Schema of what the tool writes (scan, plan) or reads (settings, rules, catalog)."""
    from migrator.commands.schemas import schema_of

    save(json.dumps(schema_of(kind), indent=2, ensure_ascii=False) + "\n", output)
    return DONE
