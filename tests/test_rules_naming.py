"""A library that looks ids up gets one that it does not know behind its provider's name, or the id waits."""

from __future__ import annotations

import pytest
from decided import MAP

from migrator import pipeline
from migrator.settings import Settings

ASK = """
import litellm


def ask(messages, model="gpt-4o-mini"):
    return litellm.completion(model=model, messages=messages)
"""


def migrated(code, **given):
    files, settings = {"app.py": code.encode()}, Settings(map=MAP, **given)
    inventory, new = pipeline.migrate(files, settings)
    assert pipeline.migrate(new, settings)[1] == new
    return inventory, new["app.py"].decode()


def test_an_unknown_id_stands_behind_the_provider():
    assert '"openai/gpt-5.5-mini"' in migrated(ASK)[1]


@pytest.mark.parametrize("model", ["gpt-5.5", "openai/gpt-5.5"])
def test_what_is_bare_and_known_from_a_release_on_is_written_for_every_release(model):
    before = ASK.replace("gpt-4o-mini", model.replace("gpt-5.5", "gpt-5"))
    assert '"openai/gpt-5.5"' in migrated(before)[1]


def test_a_name_that_is_put_together_gets_no_second_provider():
    code = ASK.replace("model=model", 'model=f"openai/{model}"')
    assert 'model="gpt-5.5-mini"' in migrated(code)[1]


def test_each_entry_of_a_router_is_a_name_of_its_own():
    code = """
import litellm

MODELS = [
    {"model_name": "quick", "litellm_params": {"model": "gpt-4o-mini"}},
    {"model_name": "good", "litellm_params": {"model": "openai/gpt-5"}},
]
router = litellm.Router(model_list=MODELS)
"""
    new = migrated(code)[1]
    assert '"openai/gpt-5.5-mini"' in new
    assert '"openai/gpt-5.5"' in new


def test_an_id_that_a_plain_client_is_handed_too_waits():
    code = ASK + (
        "\n\ndef direct(messages, model='gpt-4o-mini'):\n    from openai import OpenAI\n\n"
        "    ask(messages, model)\n    return OpenAI().chat.completions.create(model=model, messages=messages)\n"
    )
    inventory, new = migrated(code)
    assert "model='gpt-4o-mini'" in new
    assert "must-move-together" in {one.reason for one in inventory.references}


LOOK_UPS = {
    "print(SPEED[model])": ["openai/gpt-5.5-mini"],
    "print(SPEED.get(model, 'slow'))": ["openai/gpt-5.5-mini"],
    "print(SPEED[model.split('/')[-1]])": ["gpt-5.5-mini"],
    "print(next(v for k, v in SPEED.items() if k in model))": ["gpt-5.5-mini"],
    "print(next(v for k, v in SPEED.items() if model.startswith(k)))": ["openai/gpt-5.5-mini"],
    "print(SPEED[model], SPEED[model.split('/')[-1]])": ["gpt-5.5-mini", "openai/gpt-5.5-mini"],
}


@pytest.mark.parametrize("look_up", LOOK_UPS)
def test_a_row_is_spelled_as_its_id_is_looked_up(look_up):
    code = 'SPEED = {"gpt-4o-mini": "quick"}\n' + ASK.replace("    return", f"    {look_up}\n    return")
    inventory, new = migrated(code)
    rows = new.partition("}")[0]
    assert [
        one for one in ("gpt-5.5-mini", "openai/gpt-5.5-mini") if f'"{one}": "quick"' in rows
    ] == LOOK_UPS[look_up]
    assert 'model="openai/gpt-5.5-mini"' in new
    moved = [one.replacement for one in inventory.references if one.action == "rewrite"]
    assert moved == ["openai/gpt-5.5-mini"]


def test_a_row_that_a_file_is_read_for_is_there_by_both_names():
    look_up = "print(SPEED.get(load(open('bot.json'))['model'], 'slow'))"
    code = 'from json import load\n\nSPEED = {"gpt-4o-mini": "quick"}\n' + ASK.replace(
        "    return", f"    {look_up}\n    return"
    )
    new = migrated(code)[1]
    assert '"gpt-5.5-mini": "quick"' in new
    assert '"openai/gpt-5.5-mini": "quick"' in new


def test_a_row_that_is_searched_by_pieces_of_names_is_bare():
    code = (
        'SPEED = {"gpt-4o-mini": "quick"}\n'
        + ASK
        + (
            "\n\ndef shown(name):\n    found = None\n    for key in SPEED:\n        if key in name:\n"
            "            found = key\n    return SPEED[found] if found is not None else name\n"
        )
    )
    new = migrated(code)[1]
    assert '"openai/gpt-5.5-mini": "quick"' not in new
    assert 'model="openai/gpt-5.5-mini"' in new


def test_a_row_of_a_client_of_its_own_is_bare():
    code = 'SPEED = {"gpt-4o-mini": "quick"}\n' + ASK.replace(
        "    return", "    print(SPEED[model])\n    return"
    )
    code = code.replace("import litellm", "from openai import OpenAI").replace(
        "litellm.", "OpenAI().chat.completions."
    )
    new = migrated(code.replace("completions.completion(", "completions.create("))[1]
    assert '"gpt-5.5-mini": "quick"' in new
    assert "openai/" not in new


def test_a_token_count_by_a_name_with_its_provider_does_not_raise():
    code = ASK.replace("import litellm\n", "import litellm\nimport tiktoken\n").replace(
        "    return", "    print(tiktoken.encoding_for_model(model))\n    return"
    )
    new = migrated(code)[1]
    assert 'tiktoken.get_encoding("o200k_base")' in new


COMPOSED = """
import litellm


class Side:
    def __init__(self, model="gpt-4o"):
        self.model = model

    def ask(self, text):
        return litellm.completion(model=self.model, messages=text)


def made(conf):
    model = conf.get("model", "gpt-4o")
    if conf.get("base"):
        model = f"{conf['kind']}/{model}"
    return Side(model)


made(load()).ask([])
"""
ASTRAY = """
import litellm

DEFAULT_MODEL = "gpt-4o"


def ask(text):
    return litellm.completion(model=load("DEFAULT_MODEL"), messages=text)
"""


def test_an_id_that_may_have_a_prefix_already_is_held():
    inventory, after = migrated(COMPOSED)
    assert after == COMPOSED
    assert {r.reason for r in inventory.references} == {"must-move-together"}


def test_an_id_of_which_nobody_knows_where_it_goes_is_as_all_calls_want_it_or_held():
    assert 'DEFAULT_MODEL = "openai/gpt-5.5-instant"' in migrated(ASTRAY, unproven=True)[1]
    bare = "\n\ndef other(text):\n    return OpenAI().chat.completions.create(model=load(2), messages=text)\n"
    both = "from openai import OpenAI\n" + ASTRAY + bare
    assert migrated(both, unproven=True)[1] == both


def test_an_id_that_stands_behind_the_provider_gets_it_once():
    before = ASTRAY.replace('"gpt-4o"', '"openai/gpt-4o"')
    lost = before.replace('model=load("DEFAULT_MODEL")', 'model=os.environ["LLM"]')
    settings = 'os.environ.get("NAME", "openai/gpt-4o")'
    for code in (before, "import os\n" + lost.replace('"openai/gpt-4o"', settings)):
        assert migrated(code, unproven=True)[1] == code.replace('"openai/gpt-4o"', '"openai/gpt-5.5-instant"')


CHOSEN = """
import os

import litellm
import streamlit as st

KNOWN = {known}


def answer(text):
    name = {choice}
    return litellm.completion(model=name, messages=text)


litellm.completion(model="gpt-4o", messages=[])
"""
CHOSEN_FROM = {
    "a set": ('{"gpt-4o", "o3"}', 'os.environ["NAME"]\n    assert name in KNOWN'),
    "a box": ('["gpt-4o", "o3"]', 'st.selectbox("Model", KNOWN)'),
    "a list with windows": ('[("gpt-4o", 128_000), ("o3", 200_000)]', 'input("one of %s" % KNOWN)'),
}


@pytest.mark.parametrize(("known", "choice"), CHOSEN_FROM.values(), ids=CHOSEN_FROM)
def test_what_is_offered_is_spelled_as_the_call_wants_it(known, choice):
    code = CHOSEN.replace("{known}", known).replace("{choice}", choice)
    assert '"openai/gpt-5.5-instant"' in migrated(code)[1].partition("def answer")[0]
    plain = code.replace("litellm.completion", "client.chat.completions.create")
    plain = plain.replace("import litellm", "from openai import OpenAI\n\nclient = OpenAI()")
    assert '"gpt-5.5-instant"' in migrated(plain)[1].partition("def answer")[0]


VENDOR = """
import litellm


class OpenAIVendor:
    KNOWN = {"gpt-4o", "o1"}

    @classmethod
    def known(cls, name):
        return name in cls.KNOWN


def ask(vendor, messages, name="gpt-4o"):
    if not OpenAIVendor.known(name):
        raise ValueError(name)
    return litellm.completion(model=f"{vendor}/{name}", messages=messages)
"""
PARTED = """
import litellm


def full(spec):
    name = spec.get("model") or "gpt-4o"
    vendor = spec.get("vendor")
    if "/" in name:
        first, rest = name.split("/", 1)
        return first + "/" + rest
    if not vendor:
        raise ValueError("whose?")
    return f"{vendor}/{name}"


def ask(spec, messages):
    return litellm.completion(model=full(spec), messages=messages)
"""


@pytest.mark.parametrize("code", [VENDOR, PARTED])
def test_an_id_that_the_program_puts_behind_a_provider_stays_bare(code):
    after = migrated(code)[1]
    assert '"gpt-5.5-instant"' in after
    assert "openai/" not in after


def test_an_id_that_gets_nowhere_waits_where_the_program_puts_a_provider_before_it():
    joint = '\n\ndef full(vendor, model):\n    return f"{vendor}/{model}"\n'
    code = ASTRAY + joint
    assert migrated(code, unproven=True)[1] == code
    label = '\n\ndef label(vendor, title):\n    return f"{vendor}/{title}"\n'
    assert 'DEFAULT_MODEL = "openai/gpt-5.5-instant"' in migrated(ASTRAY + label, unproven=True)[1]


@pytest.mark.parametrize("other", ['f""', 'f"{vendor}"', 'f"/{model}"', 'f"{vendor}/{model}/{name}"'])
def test_other_texts_put_no_id_behind_a_provider(other):
    code = f"{ASTRAY}\n\ndef told(vendor, model, name):\n    return {other}\n"
    assert 'DEFAULT_MODEL = "openai/gpt-5.5-instant"' in migrated(code, unproven=True)[1]


def test_an_id_beside_the_address_of_its_vendor_stays_bare():
    files = {
        "app.py": ASTRAY.replace('DEFAULT_MODEL = "gpt-4o"\n', "").encode(),
        "search.py": b'URL = "https://api.openai.com/v1/responses"\nMODEL = "gpt-4o"\n',
    }
    new = pipeline.migrate(files, Settings(map=MAP, unproven=True))[1]
    assert b'MODEL = "gpt-5.5-instant"' in new["search.py"]


HANDED_OUT = """
import litellm


def ask(text, model="gpt-4o", send=None):
    if send is not None:
        return send({given}, text)
    return litellm.completion(model=model, messages=[text])
"""


def test_an_id_that_a_callers_function_is_given_is_not_put_behind_a_provider():
    def after(given):
        files = {"app.py": HANDED_OUT.format(given=given).encode()}
        return pipeline.migrate(files, Settings())[1]["app.py"].decode()

    assert "gpt-5.5" not in after("model")
    assert '"openai/gpt-5.5-instant"' in after("len(text)")


GRADER = """
import litellm


def send(prompt, model):
    return litellm.completion(model=model, messages=[prompt])


class Grader:
    def __init__(self, model="gpt-4o", send=send, log=None):
        self.model = model
        self.send = send
        self.log = log

    def grade(self, prompt):
        self.log.info("asks", self.model)
        return {call}(prompt, self.model)
"""
OWN = """
from openai import OpenAI
from app import Grader


def own(prompt, model):
    return OpenAI().chat.completions.create(model=model, messages=[prompt])


print(Grader(send=own).grade("hello"))
"""


@pytest.mark.parametrize("files", [{}, {"own.py": OWN.encode()}])
def test_an_id_is_bare_for_the_function_that_an_object_is_made_with(files):
    def after(call):
        given = {"app.py": GRADER.format(call=call).encode(), **files}
        return pipeline.migrate(given, Settings(unproven=True))[1]["app.py"].decode()

    assert "gpt-5.5" not in after("self.send")
    assert '"openai/gpt-5.5-instant"' in after("send")
