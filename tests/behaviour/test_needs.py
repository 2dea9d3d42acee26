"""Every release that a rule names is where a library's behaviour changes: just before it, and from it on.

The releases are installed apart (`-m network`); what they send for the new flagship is caught before it leaves.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from typing import TYPE_CHECKING, NamedTuple

import pytest
from packaging.requirements import Requirement

from migrator.rulebook.rulefiles import load_rulebook

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BOOK = load_rulebook()
MODEL = BOOK.catalog.variants["flagship"].id

_CATCH = """
import httpx, json, sys
sent = []
ANSWER = {"id": "x", "object": "chat.completion", "created": 1, "model": "m", "choices": [
    {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "ok"}}]}
def answer(request):
    sent.append(json.loads(request.content))
    return httpx.Response(200, json=ANSWER)
web = httpx.Client(transport=httpx.MockTransport(answer))
"""
_SDK = """
from openai import OpenAI
import openai
client = OpenAI(api_key="k", http_client=web)
client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": "x"}], ARGUMENTS)
"""
_CHAIN = """
from langchain_openai import ChatOpenAI
ChatOpenAI(model=MODEL, api_key="k", http_client=web, ARGUMENTS).invoke("x")
"""


_AGENT = """
from agents import ModelSettings
sent.append(ModelSettings(ARGUMENTS).extra_args)
"""

_ROUTED = """
from openai import OpenAI
import litellm
client = OpenAI(api_key="k", http_client=web)
messages = [{"role": "user", "content": "x"}]
litellm.completion(model="openai/" + MODEL, messages=messages, client=client, ARGUMENTS)
"""


class Measured(NamedTuple):
    """What a call is given, the last release before, and what is sent there and from the named release on.

    A text is the beginning of the error that the library raises; nothing in a body is a parameter that is absent.
    """

    program: str
    arguments: str
    before: str
    sent_before: dict[str, object] | str
    sent_from: dict[str, object]


MEASURED = {
    ("openai>=1.45", "max_completion_tokens"): Measured(
        _SDK, "max_completion_tokens=5", "1.44.1", "TypeError", {"max_completion_tokens": 5}
    ),
    ("openai>=1.58.1", "reasoning_effort"): Measured(
        _SDK, "reasoning_effort='none'", "1.57.4", "TypeError", {"reasoning_effort": "none"}
    ),
    ("openai>=1.108.1", "openai.omit"): Measured(
        _SDK, "temperature=openai.omit", "1.107.3", "AttributeError", {"temperature": None}
    ),
    ("openai>=1.14", "openai.NOT_GIVEN"): Measured(
        _SDK, "temperature=openai.NOT_GIVEN", "1.13.3", "AttributeError", {"temperature": None}
    ),
    ("langchain-openai>=0.3.0", "temperature"): Measured(
        _CHAIN, "", "0.2.14", {"temperature": 0.7}, {"temperature": None}
    ),
    ("langchain-openai>=0.3.29", "temperature"): Measured(
        _CHAIN, "temperature=0.5", "0.3.28", {"temperature": 0.5}, {"temperature": None}
    ),
    ("langchain-openai>=0.2.10", "max_tokens"): Measured(
        _CHAIN, "max_tokens=5", "0.2.9", {"max_tokens": 5}, {"max_tokens": None, "max_completion_tokens": 5}
    ),
    ("litellm>=1.75.2", "max_tokens"): Measured(
        _ROUTED, "max_tokens=5", "1.75.0", {"max_tokens": 5}, {"max_tokens": None, "max_completion_tokens": 5}
    ),
    ("openai-agents>=0.0.18", "extra_args"): Measured(
        _AGENT,
        "extra_args={'max_completion_tokens': 5}",
        "0.0.17",
        "TypeError",
        {"max_completion_tokens": 5},
    ),
}


def promised() -> Iterator[tuple[str, str]]:
    """The releases that rules name, each with the parameter (or value) that it is about."""
    for rule in BOOK.parameters:
        if rule.change.needs and rule.change.measured:
            yield rule.change.needs, rule.change.rename or rule.name
    for api in BOOK.apis:
        yield from ((one.needs, one.value) for one in api.leave_out if one.needs)
        for call in api.call:
            takes = call.takes
            for releases in (takes.needs, takes.since, takes.unasked) if takes.measured else ():
                yield from ((needs, name) for name, needs in releases.items())


def test_every_promise_is_measured_or_says_that_it_is_not():
    assert {*promised()} <= {*MEASURED}


def _installed(folder: Path, requirement: str) -> Path:
    """An environment's Python with one release and what it needs."""
    target = folder / requirement
    venv.create(target, with_pip=False)
    python = target / "bin" / "python"
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", requirement]
    subprocess.run(install, check=True, capture_output=True)
    return python


def _sent(python: Path, one: Measured) -> dict[str, object] | str:
    """The body that a release sends, or the error that it raises."""
    program = (_CATCH + one.program).replace("MODEL", repr(MODEL)).replace("ARGUMENTS", one.arguments)
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [str(python), "-c", f"{program}\nprint(json.dumps(sent[-1]))"]
    done = subprocess.run(command, check=False, capture_output=True, encoding="utf-8", env=kept)
    if done.returncode:
        return done.stderr.strip().splitlines()[-1]
    body: dict[str, object] = json.loads(done.stdout)
    return body


def _is(found: dict[str, object] | str, expected: dict[str, object] | str) -> bool:
    if isinstance(found, str) or isinstance(expected, str):
        return isinstance(found, str) and isinstance(expected, str) and found.startswith(expected)
    return all(
        found.get(name) == value and (name in found) == (value is not None)
        for name, value in expected.items()
    )


@pytest.mark.network
@pytest.mark.parametrize("promise", MEASURED, ids=" ".join)
def test_behaviour_changes_with_the_release(promise, tmp_path):
    one, needs = MEASURED[promise], Requirement(promise[0])
    [bound] = needs.specifier
    before = _sent(_installed(tmp_path, f"{needs.name}=={one.before}"), one)
    after = _sent(_installed(tmp_path, f"{needs.name}=={bound.version}"), one)
    assert _is(before, one.sent_before), before
    assert _is(after, one.sent_from), after
