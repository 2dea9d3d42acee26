"""Every rule does what its examples show, and leaves what its noops show."""

from __future__ import annotations

import msgspec
import pytest

from migrator.pipeline import migrate
from migrator.rulebook.advice_rules import Help
from migrator.rulebook.rulefiles import load_record, load_rulebook
from migrator.settings import Settings

BOOK = load_rulebook(examples=True)
OWN = [rule for rule in load_rulebook("current", examples=True).parameters if rule.catalogs == ("current",)]
RULES = [*(call for api in BOOK.apis for call in api.call), *BOOK.parameters, *BOOK.limits.rule, *OWN]
EXAMPLES = [
    pytest.param(example, id=f"{rule.id}-{number}")
    for rule in RULES
    for number, example in enumerate(rule.example, 1)
]
NOOPS = [
    pytest.param(noop, id=f"{rule.id}-{number}") for rule in RULES for number, noop in enumerate(rule.noop, 1)
]


MAP = {
    model.id: {"nano": "mini", "mini": "mini", "pro": "flagship"}.get(
        model.tier, "instant" if model.family == "gpt-4o" else "flagship"
    )
    for model in BOOK.catalog.models
    if model.kind == "text" and model.id not in {v.id for v in BOOK.catalog.variants.values()}
}
"""Old id to variant, so that an example shows its rule and not what its names suggest."""


def settings_of(case):
    return msgspec.convert({**case.settings, "map": {**MAP, **case.settings.get("map", {})}}, Settings)


def run(case):
    files = dict(case.files) or {"app.py": case.before}
    settings = settings_of(case)
    inventory, written = migrate({name: text.encode() for name, text in files.items()}, settings)
    return inventory, {name: content.decode() for name, content in written.items()}


@pytest.mark.parametrize("example", EXAMPLES)
def test_example(example):
    _, written = run(example)
    assert written == (dict(example.migrated) or {"app.py": example.after})


@pytest.mark.parametrize("example", EXAMPLES)
def test_what_an_example_became_is_left_alone(example):
    before = dict(example.migrated) or {"app.py": example.after}
    settings = settings_of(example)
    _, written = migrate({name: text.encode() for name, text in before.items()}, settings)
    assert {name: content.decode() for name, content in written.items()} == before


@pytest.mark.parametrize("noop", NOOPS)
def test_noop(noop):
    inventory, written = run(noop)
    assert written == (dict(noop.files) or {"app.py": noop.before})
    if noop.reason:
        assert noop.reason in {reference.reason for reference in inventory.references}


SPOKEN = [
    pytest.param(rule.id, example, id=rule.id)
    for rule in (*load_record("help.toml", Help).rule, *BOOK.suggestions)
    for example in rule.example
]


@pytest.mark.parametrize(("name", "example"), SPOKEN)
def test_a_rule_speaks_in_its_example(name, example):
    """The reference shows what becomes of it."""
    files = dict(example.files) or {"app.py": example.before}
    settings = msgspec.convert(example.settings, Settings)
    inventory, _ = migrate({path: text.encode() for path, text in files.items()}, settings)
    assert name in {one.rule for one in (*inventory.edits, *inventory.findings)}


def test_every_rule_that_is_printed_has_an_example_or_the_command_that_shows_it():
    shown = {rule.id for rule in BOOK.limits.rule}
    bare = [rule.id for rule in load_record("help.toml", Help).rule if not (rule.example or rule.command)]
    assert set(bare) - shown == {"not-selected"}
