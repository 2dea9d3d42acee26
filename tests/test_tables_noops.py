"""Programs whose tables, choices and branches must come out as they are, while the id beside them moves."""

from __future__ import annotations

import pytest

from tests.decided import migrated

PROGRAMS = {
    "aliases of another model": 'ALIASES = {"gpt4": "gpt-4", "gpt-4o": "gpt-4", "gpt-4-turbo": "gpt-4"}',
    "windows of other vendors": 'WINDOWS = {"claude-sonnet-4": 200_000, "gemini-2.5-pro": 1_048_576}',
    "windows of other families": 'WINDOWS = {"gpt-4": 8192, "gpt-4-turbo": 128_000, "o1": 200_000}',
    "every row is there": 'WINDOWS = {"gpt-4o": 128_000, "gpt-5.5-instant": 512_000, "gpt-5.5-mini": 128_000}',
    "a registry that has all": 'IDS = ["gpt-4o", "gpt-5", "gpt-5.5", "gpt-5.5-instant", "gpt-5.5-mini", "gpt-4.1", "o1"]',
    "prices of voices": 'PRICES = {"gpt-4o-realtime-preview": 5.0, "gpt-4o-transcribe": 2.5}',
    "prices of embeddings": 'PRICES = {"text-embedding-3-small": 0.02, "text-embedding-3-large": 0.13}',
    "fine-tunes": 'PRICES = {"ft:gpt-4o-mini-2024-07-18:acme::abc123": 0.3}',
    "retired models": 'RETIRED = {"gpt-4o-2024-05-13": "2026-10-23", "gpt-4o": "2027-01-14"}',
    "what was paid": 'PAID = {"2026-09": {"gpt-4o": 412.18}}',
    "what was spent": 'SPEND = {"gpt-4o": 55.10}',
    "an invoice": 'INVOICE = {"gpt-4o": 12.00, "gpt-4o-mini": 1.20}',
    "usage so far": 'USAGE = {"gpt-4o": 120_345}',
    "deployments": 'DEPLOYMENTS = {"gpt-4o": "prod-weu"}',
    "Azure names": 'AZURE_MODELS = {"gpt-4o": "gpt4o-prod"}',
    "Azure prefixes": 'ROUTES = {"azure/gpt-4o": 128_000}',
    "files": 'FILES = {"prompt": "gpt-4o.txt"}',
    "help": 'HELP = {"model": "which model to use, for example gpt-4o"}',
    "a message": 'ERRORS = ["use gpt-4o or better", "no such model"]',
    "a docstring": 'def go():\n    """Windows: gpt-4o 128k."""',
    "a comment": "LIMIT = 5  # gpt-4o takes 128k",
    "a legacy list": 'LEGACY_MODELS = ["gpt-4o", "gpt-4"]',
    "a set that has the id": 'ALLOWED = {"gpt-4o", "gpt-5.5-instant"}',
    "a literal type that has the id": 'from typing import Literal\n\nName = Literal["gpt-4o", "gpt-5.5-instant"]',
    "vendors": 'VENDORS = {"openai": "https://api.openai.com", "groq": "https://api.groq.com"}',
    "an enum of vendors": 'from enum import Enum\n\n\nclass Vendor(Enum):\n    OPENAI = "openai"',
    "an enum that has the id": 'from enum import Enum\n\n\nclass M(Enum):\n    GPT_4O = "gpt-4o"\n    NEW = "gpt-5.5-instant"',
    "a generic prefix": 'def go(model):\n    return model.startswith("gpt")',
    "any of OpenAI's": 'def go(model):\n    return any(model.startswith(p) for p in ("gpt-", "o1", "o3"))',
    "a vendor test": 'def go(model):\n    if "claude" in model:\n        return 1\n    return 2',
    "a slash": 'def go(model):\n    return model.split("/")[-1] if "/" in model else model',
    "an empty model": 'def go(model):\n    if model == "":\n        raise ValueError\n    return model',
    "none": "def go(model=None):\n    if model is None:\n        return 1\n    return 2",
    "another family": 'def go(model):\n    return 8192 if model == "gpt-4" else 0',
    "a mini of anyone's": 'def go(model):\n    return "small" if model.endswith("mini") else "big"',
    "embeddings": 'def go(model):\n    return "embedding" in model',
    "audio": 'def go(model):\n    return model.startswith("gpt-4o-audio")',
    "a regular expression": 'import re\n\n\ndef go(model):\n    return re.fullmatch(r"gpt-[\\w.\\-]+", model) is not None',
    "a handled family": 'def go(model, n):\n    if model.startswith("gpt-5"):\n        return {"max_completion_tokens": n}\n    return {"max_tokens": n}',
    "its own arm": 'def go(model):\n    if model == "gpt-5.5-instant":\n        return 512_000\n    elif model == "gpt-4o":\n        return 128_000\n    return 0',
    "its own case": 'def go(model):\n    match model:\n        case "gpt-5.5-instant":\n            return 512_000\n        case "gpt-4o":\n            return 128_000',
    "a number like a window": 'def go(size):\n    return 128_000 if size == "gpt-4o" else 0',
    "a length": "def go(model):\n    return len(model) > 64",
    "a name of something else": 'def go(voice):\n    return voice == "gpt-4o"',
    "both sides move": 'MAIN = "gpt-4o"\nSECOND = "gpt-4o"\n\n\ndef go():\n    ask("", MAIN), ask("", SECOND)\n    return MAIN == SECOND',
    "a table of functions by name": 'HANDLERS = {"chat": ask_chat}\n\n\ndef ask_chat(t):\n    return t'.replace(
        "ask_chat}", "print}"
    ),
    "sizes in bytes": 'MAX_BYTES = {"png": 128_000, "jpg": 256_000}',
    "ports": 'PORTS = {"proxy": 4000, "api": 8000}',
}


@pytest.mark.parametrize("program", PROGRAMS)
def test_it_stays(program: str) -> None:
    done = migrated(PROGRAMS[program], "gpt-4o")
    changed = [line for line in PROGRAMS[program].splitlines() if line not in done.after.splitlines()]
    assert changed in ([], ['MAIN = "gpt-4o"', 'SECOND = "gpt-4o"'])
    assert not done.rows()
    assert 'ask(text, "gpt-5.5-instant")' in done.after.replace("'", '"')


def test_values_that_are_taken_apart_are_no_rows() -> None:
    code = "class Engine:\n    def __init__(self, name, heat=1):\n        self.name = name\n\n\n"
    code += 'near, far = Engine("gpt-4o"), Engine("gpt-4o-mini")\n'
    assert migrated(code).after.count("Engine(") == 2


OFFERED = """
from enum import Enum

from openai import OpenAI


class Model(str, Enum):
    LARGE = "gpt-4o"
    OLD = "gpt-4-turbo"


def ask(name, text, heat=0.7):
    options = {"model": Model(name).value, "messages": text, "temperature": heat}
    return OpenAI().chat.completions.create(**options)
"""


def test_nothing_is_taken_from_other_models_for_an_id_that_is_only_offered() -> None:
    done = migrated(OFFERED)
    assert done.after == done.before


def test_what_is_offered_alone_is_given_what_it_takes() -> None:
    spelled = "create(model=name, messages=text, temperature=heat)"
    code = OFFERED.replace("create(**options)", spelled).replace(
        "    options =", "    name = Model(name).value\n    #"
    )
    after = migrated(code).after
    assert '"temperature": heat' in after or after == code


SHAPES = """
from openai import OpenAI
from pydantic import BaseModel


class Plain(BaseModel):
    max_tokens: int | None = None
    temperature: float | None = None


class Thinking(BaseModel):
    max_completion_tokens: int | None = None


SHAPES = {"gpt-4o": Plain, "gpt-4o-mini": Plain, "gpt-5": Thinking}


def ask(model, text, **options):
    given = SHAPES[model](**options).model_dump(exclude_none=True)
    return OpenAI().chat.completions.create(model=model, messages=text, **given)
"""


def test_a_class_that_has_what_is_refused_is_no_new_ids_row() -> None:
    after = migrated(SHAPES).after
    assert '"gpt-5.5-instant": Plain' not in after
    assert '"gpt-5.5-mini": Plain' not in after


CAPABLE = """
from openai import OpenAI

STRICT = {"gpt-4o", "gpt-4-turbo"}


def ask(model, text):
    options = {"model": model, "messages": text%s}
    if model in STRICT:
        options["response_format"] = {"type": "json_object"}
    return OpenAI().chat.completions.create(**options)
"""


def test_a_set_gains_no_id_that_the_request_beside_it_is_refused_for() -> None:
    moved = "\n\ndef letter(text):\n    return OpenAI().responses.create(model='gpt-4o', input=text)\n"
    assert '{"gpt-4o", "gpt-5.5-instant"' in migrated(CAPABLE % "" + moved).after
    done = migrated(CAPABLE % ', "temperature": 0.7' + moved)
    assert done.new["STRICT"] == done.old["STRICT"]
    assert any("temperature" in one.message for one in done.findings())


LISTED = """
from openai import OpenAI

LETTER_MODELS = [
    ("o3", "for letters"),
    ("gpt-4.1", "for letters"),
    ("gpt-4o", "for letters"),
    ("gpt-4-turbo", "for letters"),
    ("gpt-4o-mini", "for letters"),
    ("gpt-5", "for letters"),
]


def listed():
    return "\\n".join(f"{name}: {words}" for name, words in LETTER_MODELS)


def letter(wish):
    options = {"model": wish.name, "messages": wish.text, PARAMETER: wish.heat}
    return OpenAI().chat.completions.create(**options)
"""


def test_what_is_listed_for_users_is_offered_only_where_it_is_taken() -> None:
    assert (
        '("gpt-5.5-instant", "for letters")'
        in migrated(LISTED.replace("PARAMETER", '"seed"'), "gpt-4o").after
    )
    held = migrated(LISTED.replace("PARAMETER", '"temperature"'), "gpt-4o")
    assert '"gpt-5.5-instant", "for letters"' not in held.after
    assert "temperature" in " ".join(one.detail for one in held.inventory.references)


MEASURED = """
NAME = {
    "gpt-4o": {"score": 0.887, "said by": "its card of 2024"},
    "gpt-4o-mini": {"score": 0.82, "said by": "its card of 2024"},
    "o3": {"score": 0.9, "said by": "its card of 2025"},
}


def beside(model):
    return NAME.get(model)
"""


def test_what_was_measured_of_the_old_model_is_no_figure_of_the_new_one() -> None:
    done = migrated(MEASURED.replace("NAME", "KNOWN_BASELINES"), "gpt-4o")
    assert '"gpt-5.5-instant": {"score"' not in done.after
    assert {one.reason for one in done.findings("GPT55-T")} == {"evaluation-baseline"}
    assert '"gpt-5.5-instant": {"score"' in migrated(MEASURED.replace("NAME", "KNOWN"), "gpt-4o").after


RULES = """
from dataclasses import dataclass

from openai import OpenAI


@dataclass
class Rule:
    name: str
    model: str
    fits: object


RULES = [Rule(name="short", model="gpt-4o-mini", fits=len), Rule(name="code", model="gpt-4o", fits=bool)]


def ask(text):
    rule = next(rule for rule in RULES if rule.fits(text))
    return OpenAI().chat.completions.create(model=rule.model, messages=text)
"""


def test_a_record_with_a_name_of_its_own_uses_a_model_and_is_no_row_of_it() -> None:
    done = migrated(RULES)
    assert 'Rule(name="code", model="gpt-5.5-instant", fits=bool)' in done.after
    assert done.after.count('name="code"') == 1


def test_a_table_that_says_which_dated_id_is_meant_says_no_old_one_for_a_new_one() -> None:
    code = 'DATED = {"gpt-3.5-turbo": "gpt-3.5-turbo-0125", "gpt-4": "gpt-4-0613", "o1": "o1-2024-12-17"}\n'
    code += 'DATED |= {"gpt-4o": "gpt-4o-2024-11-20"}\n\n\ndef go(text, name):\n    return ask(text, DATED.get(name, name))\n'
    after = migrated(code, "gpt-4o", "gpt-4o-mini").after
    assert '"gpt-3.5-turbo-0125", "gpt-5.5' not in after
    assert not any(
        f'"gpt-5.5{v}": "gpt-{old}' in after for v in ("", "-mini", "-instant") for old in ("3", "4")
    )


ADVICE = """
from openai import OpenAI

SAVES = {"gpt-4": ("gpt-4o", 0.92), "gpt-4-turbo": ("gpt-4o", 0.67)}
STEPS = [("gpt-4o", 0.2), ("gpt-4o-mini", 0.9)]


def advise(model):
    return "switch to %s and save %.0f %%" % (SAVES[model][0], SAVES[model][1] * 100)


def ask(text):
    return [OpenAI().responses.create(model=model, input=text, metadata={"share": part}) for model, part in STEPS]
"""


def test_what_a_figure_beside_it_says_of_an_old_model_is_not_said_of_the_new_one() -> None:
    done = migrated(ADVICE)
    assert 'SAVES = {"gpt-4": ("gpt-4o", 0.92), "gpt-4-turbo": ("gpt-4o", 0.67)}' in done.after
    assert 'STEPS = [("gpt-5.5-instant", 0.2), ("gpt-5.5-mini", 0.9)]' in done.after
    assert {r.reason for r in done.inventory.references if r.action == "review"} == {"must-move-together"}


SHOWN = """
NAMES = {"KEY": "gpt-4o", "west-claude": "Claude"}


def shown(name):
    return NAMES.get(name, name)
"""


def test_what_a_name_of_ones_own_says_it_is_stays() -> None:
    for key in ("west-gpt4o", "GPT-4o (smart)", "own_gpt_4o"):
        assert '"gpt-4o", "west-claude"' in migrated(SHOWN.replace("KEY", key), "gpt-4o").after


def test_what_a_name_of_a_task_is_given_moves() -> None:
    chosen = 'NAMES = {"chat": "gpt-4o", "title": "gpt-4o-mini"}\n\n\ndef go(text, task="chat"):\n    return ask(text, NAMES[task])\n'
    assert '"chat": "gpt-5.5-instant"' in migrated(chosen, "gpt-4o").after
