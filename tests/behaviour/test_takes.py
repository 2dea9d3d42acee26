"""What a rule file says of a call's parameters is what the installed library says of them."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
from typing import Any

import pytest

from migrator.parameternames import SENT, accounted
from migrator.rulebook.rulefiles import load_rulebook

BOOK = load_rulebook()
CALLS = [call for api in BOOK.apis for call in api.call]
KNOWN = {rule.name.partition(".")[0] for rule in BOOK.parameters if SENT in rule.apis} | {
    rule.change.rename for rule in BOOK.parameters if SENT in rule.apis and rule.change.rename
}
STATED = {call.takes.stated_in: call for call in CALLS if call.takes.stated_in}


def stated(path: str) -> set[str]:
    """The parameters of a function, or the fields of a class."""
    module, _, name = path.partition(":")
    try:
        found: Any = importlib.import_module(module)
    except ImportError:
        pytest.skip(
            f"{module} is not installed: it is of the extra `behaviour`, or of `frameworks` (another environment)"
        )
    for part in name.split("."):
        found = getattr(found, part)
    if not inspect.isclass(found):
        return set(inspect.signature(found).parameters)
    if dataclasses.is_dataclass(found):
        return {field.name for field in dataclasses.fields(found)}
    fields = getattr(found, "model_fields", None)
    if fields is None:
        return {name for base in found.__mro__ for name in getattr(base, "__annotations__", {})}
    aliases = {field.alias for field in fields.values() if field.alias}
    return {*fields, *aliases}


@pytest.mark.parametrize("path", sorted(STATED))
def test_every_parameter_is_accounted_for(path):
    names, call = stated(path), STATED[path]
    said = {name.partition(".")[0] for name in accounted(call.takes)}
    assert not (names & KNOWN) - said, f"{call.id}: what becomes of these?"


@pytest.mark.parametrize("path", sorted(STATED))
def test_nothing_is_accounted_for_that_the_library_does_not_take(path):
    names, call = stated(path), STATED[path]
    said = {name.partition(".")[0] for name in (*call.takes.left_out, *call.takes.renamed)}
    assert call.takes.open or not (said & KNOWN) - names - set(call.takes.sent), call.id


@pytest.mark.parametrize("call", [c for c in CALLS if c.style in ("chat", "responses")], ids=lambda c: c.id)
def test_a_call_that_sends_says_what_becomes_of_its_parameters(call):
    assert accounted(call.takes) or call.takes.open


def test_a_bare_id_is_what_the_library_looks_for():
    chat = pytest.importorskip("langchain_openai").ChatOpenAI
    kept = {
        name: chat(model=name, temperature=0.2, api_key="k").temperature
        for name in ("gpt-5.5", "openai/gpt-5.5")
    }
    assert kept == {"gpt-5.5": None, "openai/gpt-5.5": 0.2}
