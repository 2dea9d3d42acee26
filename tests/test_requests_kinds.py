"""Ways of sending a request: what an object was made with, a router's list, bodies, models called in turn."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from migrator import pipeline
from migrator.settings import Settings
from tests.decided import MAP, all_migrated, migrated


class Program(NamedTuple):
    """A module: what it says after its migration, what is gone, and a twin that stays as it is."""

    code: str
    says: tuple[str, ...]
    gone: tuple[str, ...]
    noop: str


PROGRAMS = {
    "a chat model that is bound": Program(
        "from langchain_openai import ChatOpenAI\nnotes = ChatOpenAI(model='gpt-4o')\n"
        "short = notes.bind(stop=['.'], max_tokens=90)\nshort.invoke('a note')",
        ("gpt-5.5-instant", "max_tokens=90"),
        ("stop=",),
        "from langchain_anthropic import ChatAnthropic\nnotes = ChatAnthropic(model='claude-sonnet-4-5')\n"
        "short = notes.bind(stop=['.'])",
    ),
    "a chat model that is bound twice": Program(
        "from langchain_openai import ChatOpenAI\nnotes = ChatOpenAI(model='gpt-4o')\n"
        "notes.bind_tools(made()).invoke('a note', presence_penalty=0.2)",
        ("gpt-5.5-instant",),
        ("presence_penalty",),
        "from langchain_openai import AzureChatOpenAI\nnotes = AzureChatOpenAI(azure_deployment='gpt-4o')\n"
        "notes.bind_tools(made()).invoke('a note', presence_penalty=0.2)",
    ),
    "an effort in the settings of an agent": Program(
        "from agents import Agent, ModelSettings\nfrom openai.types.shared import Reasoning\n\n"
        "settings = ModelSettings(reasoning=Reasoning(effort='minimal'))\n"
        "desk = Agent(name='desk', model='gpt-5', model_settings=settings)",
        ("gpt-5.5",),
        ("minimal",),
        "from agents import Agent, ModelSettings\n\nsettings = ModelSettings()\nsettings.temperature = 0.2\n"
        "desk = Agent(name='desk', model='gpt-4o', model_settings=settings)",
    ),
    "what a library hands on as it is": Program(
        "from llama_index.llms.openai import OpenAI\n\n"
        "OpenAI(model='gpt-5', additional_kwargs={'service_tier': 'flex'}).complete('a note')",
        ("gpt-5.5",),
        (),
        "from llama_index.llms.openai import OpenAI\n\ndef more():\n    return dict(presence_penalty=0.2)\n\n"
        "OpenAI(model='gpt-5', additional_kwargs=more()).complete('a note')",
    ),
    "an agent's settings that a helper makes": Program(
        "from agents import Agent, ModelSettings\n\ndef settings(**more):\n"
        "    return ModelSettings(max_tokens=90, **more)\n\n"
        "desk = Agent(name='desk', model='gpt-4o', model_settings=settings(temperature=0.2))",
        ("gpt-5.5-instant", "settings()"),
        ("temperature",),
        "from agents import Agent\nimport json\n\n"
        "desk = Agent(name='desk', model='gpt-4o', model_settings=json.load(open('desk.json')))",
    ),
    "an agent's run of a model object": Program(
        "from pydantic_ai import Agent, ModelSettings\nfrom pydantic_ai.models.openai import OpenAIChatModel\n"
        "clerk = Agent(OpenAIChatModel('gpt-4o'))\nclerk.run_sync('a letter', model_settings=ModelSettings(stop_sequences=['.']))",
        ("gpt-5.5-instant",),
        ("stop_sequences",),
        "from pydantic_ai import Agent, ModelSettings\nclerk = Agent('anthropic:claude-sonnet-4-5')\n"
        "clerk.run_sync('a letter', model_settings=ModelSettings(stop_sequences=['.']))",
    ),
    "a router's own name for a model": Program(
        "from litellm import Router\nrouter = Router(model_list=[\n"
        "    {'model_name': 'near', 'litellm_params': {'model': 'openai/gpt-4o'}},\n"
        "    {'model_name': 'far', 'litellm_params': {'model': 'anthropic/claude-sonnet-4-5'}}])\n"
        "router.completion(model='near', messages=[], temperature=0.3)\n"
        "router.completion(model='far', messages=[], temperature=0.9)",
        ("openai/gpt-5.5-instant", "temperature=0.9"),
        ("temperature=0.3",),
        "from litellm import Router\nrouter = Router(model_list=[\n"
        "    {'model_name': 'far', 'litellm_params': {'model': 'anthropic/claude-sonnet-4-5'}}])\n"
        "router.completion(model='far', messages=[], temperature=0.9)",
    ),
    "models that are called in turn": Program(
        "from openai import OpenAI\nfor model in ['gpt-4o', 'gpt-4o-mini']:\n"
        "    OpenAI().chat.completions.create(model=model, messages=[], max_tokens=40)",
        ("['gpt-5.5-instant', 'gpt-5.5-mini']", "max_completion_tokens=40"),
        (),
        "for model in ['claude-sonnet-4-5', 'mistral-large']:\n    ask(model)",
    ),
    "a named list that is called in turn": Program(
        "from openai import OpenAI\nORDER = ('gpt-4o', 'gpt-4o-mini')\n\ndef first(text):\n    for at, model in enumerate(ORDER):\n"
        "        return OpenAI().responses.create(model=model, input=text)\n",
        ("('gpt-5.5-instant', 'gpt-5.5-mini')",),
        (),
        "ORDER = ('gpt-4o', 'claude-sonnet-4-5')\n\ndef known(model):\n    return model in ORDER\n",
    ),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_is_migrated_with_what_it_sends(name: str) -> None:
    program = PROGRAMS[name]
    after = migrated(program.code).after
    assert all(text in after for text in program.says), after
    assert not any(text in after for text in program.gone), after


@pytest.mark.parametrize("name", PROGRAMS)
def test_another_vendors_twin_keeps_what_it_sends(name: str) -> None:
    done = all_migrated(PROGRAMS[name].noop)
    assert not [
        e for e in done.inventory.edits if e.operation.__class__.__name__.startswith(("Remove", "Rename"))
    ]


SHARED = """
import httpx
from openai import OpenAI


def options(**given):
    return {"max_tokens": 300, "temperature": 0.4, **given}


def near(text):
    return OpenAI().chat.completions.create(model="gpt-4o", messages=[text], **options())


def far(text):
    return httpx.post(FAR, json={"model": "%s", "messages": [text], **options()})
"""


def test_what_another_vendors_model_is_sent_too_changes_at_the_call_that_moves() -> None:
    done = migrated(SHARED % "claude-sonnet-4-5")
    options = (
        '"max_completion_tokens" if key == "max_tokens" else key: value for key, value in options().items()'
    )
    assert f'**{{{options} if key != "temperature"}})' in done.after
    assert '"messages": [text], **options()})' in done.after
    assert 'return {"max_tokens": 300, "temperature": 0.4, **given}' in done.after


def test_what_another_vendors_model_is_sent_too_holds_what_spreads_a_display() -> None:
    code = SHARED.replace("messages=[text], **options()", 'messages=[text], **{"user": "u", **options()}')
    done = migrated(code % "claude-sonnet-4-5")
    assert done.after.strip() == done.before.strip()
    [held] = [r for r in done.inventory.references if r.model == "gpt-4o"]
    assert held.reason == "shared-kwargs"


def test_what_is_sent_to_one_vendor_alone_moves() -> None:
    alone = SHARED.replace(", **options()})", "})") % "claude-sonnet-4-5"
    assert '"max_completion_tokens": 300' in migrated(alone).after


BOTH = """
from openai import OpenAI


def ask(client, model, text, room=300):
    return client.chat.completions.create(
        model=model, messages=[{"role": "user", "content": text}], max_tokens=room, temperature=0.3
    )


near = ask(OpenAI(), "gpt-4o", "a")
far = ask(OpenAI(base_url=FAR), "%s", "b")
"""


def test_one_call_for_two_vendors_gives_each_what_it_takes() -> None:
    after = migrated(BOTH % "mistral-large").after
    assert '**({"max_completion_tokens": room} if "gpt-5.5" in model else {"max_tokens": room})' in after
    assert '**({} if "gpt-5.5" in model else {"temperature": 0.3})' in after


def test_one_call_for_models_of_one_vendor_keeps_what_those_take_that_stay() -> None:
    after = migrated((BOTH % "gpt-4-turbo").replace("base_url=FAR", "")).after
    assert "max_completion_tokens=room" in after
    assert '**({} if "gpt-5.5" in model else {"temperature": 0.3})' in after


CHOSEN_OUTSIDE = {
    "a parameter": ('def ask(text, model="gpt-4o"):', "model", "model"),
    "a field": (
        'class Bot:\n    model = os.getenv("M", "gpt-4o")\n\n    def ask(self, text):',
        "self.model",
        "self.model",
    ),
    "the environment": ("def ask(text):", 'os.getenv("M", "gpt-4o")', 'os.getenv("M", "gpt-5.5-instant")'),
    "a file": (
        'given = json.load(open("given.json"))\n\n\ndef ask(text):',
        'given.get("model") or "gpt-4o"',
        'str((given.get("model") or "gpt-5.5-instant"))',
    ),
    "the command line": (
        'parser = ArgumentParser()\nparser.add_argument("--model", default="gpt-4o")\n'
        "args = parser.parse_args()\n\n\ndef ask(text):",
        "args.model",
        "args.model",
    ),
}
SENT = {
    "a keyword": "OpenAI().chat.completions.create(model=%s, messages=text, temperature=0.3)",
    "an entry": 'OpenAI().chat.completions.create(**{"model": %s, "messages": text, "temperature": 0.3})',
    "a body": "requests.post('https://api.openai.com/v1/chat/completions',"
    ' json={"model": %s, "messages": text, "temperature": 0.3})',
}


@pytest.mark.parametrize("sent", SENT.values(), ids=SENT)
@pytest.mark.parametrize(("opening", "model", "asked"), CHOSEN_OUTSIDE.values(), ids=CHOSEN_OUTSIDE)
def test_what_others_take_that_a_user_may_name_stays_for_them(
    opening: str, model: str, asked: str, sent: str
) -> None:
    indent = "        " if "class" in opening else "    "
    imports = "import json\nimport os\nfrom argparse import ArgumentParser\n\nimport requests\nfrom openai import OpenAI\n\n\n"
    done = migrated(f"{imports}{opening}\n{indent}return {sent % model}")
    assert f'**({{}} if "gpt-5.5" in {asked} else {{"temperature": 0.3}})' in done.after
    assert "gpt-4o" not in done.after


BUILT = """
import os
from functools import partial

from openai import OpenAI

MODEL = %s
options = {"temperature": 0.3, "top_p": 0.9}


def picked(name):
    return name.lower()


def ask(text):
    return %s
"""
SPREAD = "OpenAI().chat.completions.create(model=%s, messages=text, **options)"
OPEN = 'os.getenv("M", "gpt-4o")'


def test_it_goes_for_all_where_no_other_model_comes() -> None:
    assert "temperature" not in migrated(BUILT % ('"gpt-4o"', SPREAD % "MODEL")).after


def test_what_is_built_elsewhere_is_left_out_at_the_call() -> None:
    after = migrated(BUILT % (OPEN, SPREAD % "MODEL")).after
    told = 'key not in ("temperature", "top_p") or "gpt-5.5" not in MODEL'
    assert f"**{{key: value for key, value in options.items() if {told}}}" in after
    bound = "partial(OpenAI().chat.completions.create, model=MODEL, temperature=0.3)(messages=text)"
    assert '**({} if "gpt-5.5" in MODEL else {"temperature": 0.3})' in migrated(BUILT % (OPEN, bound)).after


def test_what_a_filter_leaves_out_is_all_named_and_unsafe() -> None:
    program = (BUILT % (OPEN, SPREAD % "MODEL")).replace('"top_p": 0.9', '"stop": ["END"]')
    [edit] = [e for e in migrated(program).inventory.edits if e.rule.startswith("GPT55-P")]
    assert edit.safety == "unsafe"
    assert all(f"{name}: " in edit.why for name in ("temperature", "stop"))
    assert edit.why.count("lost: ") == 2


def test_a_filter_that_loses_nothing_is_safe() -> None:
    program = (BUILT % (OPEN, SPREAD % "MODEL")).replace(
        '"temperature": 0.3, "top_p": 0.9', '"max_tokens": 90'
    )
    edits = [e for e in migrated(program).inventory.edits if e.rule.startswith("GPT55-P")]
    assert [(e.rule, e.safety) for e in edits] == [("GPT55-P001", "safe")]


@pytest.mark.parametrize("ignored", ["GPT55-P010", "GPT55-P040"])
def test_nothing_is_left_out_that_a_rule_which_is_off_would_leave_out(ignored: str) -> None:
    program = (BUILT % (OPEN, SPREAD % "MODEL")).replace('"top_p"', '"stop"')
    _, written = pipeline.migrate({"app.py": program.encode()}, Settings(map=MAP, ignore=(ignored,)))
    assert written["app.py"].decode() == program


def test_an_id_is_held_where_a_call_cannot_ask_for_its_model() -> None:
    done = migrated(BUILT % (OPEN, SPREAD % "picked(MODEL)"))
    assert done.after == done.before
    [held] = [r for r in done.inventory.references if r.model == "gpt-4o"]
    assert held.reason == "shared-kwargs"
    assert held.detail.endswith("would be given to no model that is named from outside")


READ = {
    "a text": (
        'LINE = "{model}, {max_tokens} at most"',
        "print(LINE.format(**options))",
        "would find no 'max_tokens'",
    ),
    "a record": (
        "from dataclasses import dataclass\n\n\n@dataclass\nclass Job:\n    model: str\n    max_tokens: int\n",
        "Job(**options)",
        "which it does not take",
    ),
    "a function": (
        "def note(*, model, max_tokens):\n    print(model, max_tokens)\n",
        "note(**options)",
        "would give note",
    ),
    "a stand-in": (
        "class Still:\n    def create(self, *, model, max_tokens, messages=()):\n        return model\n",
        "Still().create(**options)",
        "'max_completion_tokens'",
    ),
}
READER = """
from openai import OpenAI

{head}


def ask(text):
    options = {{"model": "gpt-4o", "max_tokens": 90}}
    {use}
    return OpenAI().chat.completions.create(messages=[text], **options)
"""


@pytest.mark.parametrize("name", READ)
def test_who_takes_parameters_by_name_holds_the_move(name: str) -> None:
    head, use, told = READ[name]
    done = migrated(READER.format(head=head, use=use))
    [held] = [r for r in done.inventory.references if r.model == "gpt-4o"]
    assert (held.action, told in held.detail) == ("review", True), held
    assert done.after.strip() == done.before.strip()


@pytest.mark.parametrize("name", READ)
def test_who_takes_other_names_holds_nothing(name: str) -> None:
    head, use, _ = READ[name]
    done = migrated(READER.format(head=head, use=use.replace("**options", "model='small', max_tokens=7")))
    assert '"max_completion_tokens": 90' in done.after


EFFORTS = {
    "a constant": ('EFFORT = "minimal"', "EFFORT", 'EFFORT = "low"'),
    "a default": ("", "effort", 'effort="low"'),
    "a row": (
        'EFFORTS = {"tag": "minimal", "plan": "high"}',
        'EFFORTS["tag"]',
        '{"tag": "low", "plan": "high"}',
    ),
}


@pytest.mark.parametrize("name", EFFORTS)
def test_a_refused_value_is_replaced_where_it_is_written(name: str) -> None:
    head, value, told = EFFORTS[name]
    code = (
        f"from openai import OpenAI\n{head}\n\ndef ask(text, effort='minimal'):\n    return OpenAI().chat.completions.create("
        f"model='gpt-5', messages=[text], reasoning_effort={value})\n"
    ).replace("'minimal'", '"minimal"')
    after = migrated(code).after
    assert told in after
    assert "gpt-5.5" in after


def test_a_refused_value_that_a_test_asks_for_holds_the_move() -> None:
    code = (
        "from openai import OpenAI\n\nEFFORT = 'minimal'\nif EFFORT == 'minimal':\n    print('short answers')\n\n"
        "def ask(text):\n    return OpenAI().chat.completions.create(model='gpt-5', messages=[text], reasoning_effort=EFFORT)\n"
    )
    assert "'minimal'" in migrated(code).after


NAMED = {
    "names that are let through": (
        'KNOWN = ("model", "messages", "max_tokens")',
        "if set(options) - set(KNOWN):\n        raise ValueError(options)",
        '"max_tokens", "max_completion_tokens"',
    ),
    "names that are tested one by one": (
        'KNOWN = {"model", "messages", "max_tokens"}',
        "for name in options:\n        assert name in KNOWN",
        '"max_tokens", "max_completion_tokens"',
    ),
    "a look-up": ("", 'print(options["max_tokens"])', 'print(options["max_completion_tokens"])'),
    "a key that is taken out": (
        "",
        'room = options.pop("max_tokens")',
        'options.pop("max_completion_tokens")',
    ),
}
NAMING = """
from openai import OpenAI
{head}


def ask(**options):
    {use}
    return OpenAI().chat.completions.create(**options)


ask(model="gpt-4o", messages=[], {given})
"""


@pytest.mark.parametrize("name", NAMED)
def test_who_tests_for_names_follows_a_renamed_one(name: str) -> None:
    head, use, told = NAMED[name]
    after = migrated(NAMING.format(head=head, use=use, given="max_tokens=90")).after
    assert told in after
    assert "max_completion_tokens=90" in after


@pytest.mark.parametrize("name", NAMED)
def test_who_tests_for_names_stays_where_none_is_renamed(name: str) -> None:
    head, use, _ = NAMED[name]
    done = migrated(NAMING.format(head=head, use=use, given="seed=3"))
    assert done.after == done.before.replace("gpt-4o", "gpt-5.5-instant")


FIELD = """
from openai import OpenAI
from pydantic import BaseModel


class Wish(BaseModel):
    model: str = "gpt-4o"
    max_tokens: int = 40


def ask(wish):
    return OpenAI().chat.completions.create(messages=[], **wish.model_dump())


ask(Wish(**{given}))
ask(Wish().model_copy(update={given}))
"""


def test_a_renamed_field_is_given_by_its_new_name_everywhere() -> None:
    after = migrated(FIELD.replace("{given}", '{"max_tokens": 90}')).after
    assert after.count("max_completion_tokens") == 3
    assert "max_tokens" not in after


def test_what_else_a_record_is_given_stays() -> None:
    after = all_migrated(FIELD.replace("{given}", '{"model": WISHED}')).after
    assert after.count('{"model": WISHED}') == 2


PARSED = """
import json
from openai import OpenAI

BODY = json.loads('{"model": "gpt-4o", "seed": 4{more}}')
OpenAI().chat.completions.create(messages=[], **BODY)
"""


def test_a_request_in_a_text_moves_with_its_id() -> None:
    assert '"model": "gpt-5.5-instant"' in migrated(PARSED.replace("{more}", "")).after


def test_a_request_in_a_text_waits_where_it_would_be_refused() -> None:
    done = migrated(PARSED.replace("{more}", ', "max_tokens": 40'))
    [held] = [r for r in done.inventory.references if r.model == "gpt-4o"]
    assert (held.action, "max_tokens=40" in held.detail) == ("review", True)


STANDING = """
from openai import OpenAI

client = OpenAI()


def fake(*, model, messages, {room}):
    return model


def rehearse():
    client.chat.completions.create = fake


def ask(text):
    return client.chat.completions.create(model="gpt-4o", messages=[text], max_tokens=40)
"""


def test_a_stand_in_that_would_not_take_a_new_name_holds_the_move() -> None:
    done = migrated(STANDING.replace("{room}", "max_tokens"))
    [held] = [r for r in done.inventory.references if r.model == "gpt-4o"]
    assert "would give fake" in held.detail


def test_a_stand_in_that_takes_anything_holds_nothing() -> None:
    assert "max_completion_tokens=40" in migrated(STANDING.replace("{room}", "**others")).after


LATER = """
def put(jobs, text):
    jobs.put({"model": "%s", "messages": [{"role": "user", "content": text}], "max_tokens": 40, "stop": ["."]})
"""


def test_a_body_that_is_sent_elsewhere_moves_as_a_whole() -> None:
    after = migrated(LATER % "gpt-4o").after
    assert '"max_completion_tokens": 40}' in after
    assert "stop" not in after


def test_another_vendors_body_stays() -> None:
    done = migrated(LATER % "claude-sonnet-4-5")
    assert done.after == done.before


PLACED = """
from dataclasses import asdict, dataclass
from openai import OpenAI


@dataclass
class Job:
    model: str
    temperature: float = 0.5
    seed: int = 3


def run(job):
    return OpenAI().chat.completions.create(messages=[], **asdict(job))


run(Job({given}))
"""


def test_a_field_that_is_given_by_its_place_holds_the_move() -> None:
    done = migrated(PLACED.replace("{given}", '"gpt-4o", 0.2, 4'))
    assert done.after == done.before
    [held] = [r for r in done.inventory.references if r.model == "gpt-4o"]
    assert "by its place" in held.detail


def test_a_field_that_is_given_by_its_name_goes() -> None:
    after = migrated(PLACED.replace("{given}", '"gpt-4o", temperature=0.2, seed=4')).after
    assert "temperature" not in after
    assert 'Job("gpt-5.5-instant", seed=4)' in after


QUEUED = """
from openai import OpenAI
from queue_of_jobs import Jobs

jobs = Jobs("letters")


@jobs.task(name="answer")
def answer(letter, model="gpt-4o", options=None):
    return OpenAI().chat.completions.create(model=model, messages=[letter], **(options or {{}}))


answer.{call}
"""


@pytest.mark.parametrize(
    "call",
    [
        'delay("dear", options={"max_tokens": 90})',
        'apply_async(args=["dear"], kwargs={"model": "gpt-4o-mini", "options": {"max_tokens": 90}})',
        'apply_async(("dear", "gpt-4o-mini"), {"options": {"max_tokens": 90}}, countdown=3)',
    ],
)
def test_a_task_is_called_with_what_its_queue_is_given(call: str) -> None:
    code = migrated(QUEUED.format(call=call)).after
    assert "max_completion_tokens" in code or "gpt-5.5" not in code
    assert ("gpt-4o-mini" in call) == ("gpt-5.5-mini" in code)


def test_a_method_of_another_name_calls_no_function() -> None:
    code = all_migrated(QUEUED.format(call='describe("dear", options={"max_tokens": 90})')).after
    assert 'model="gpt-5.5-instant"' in code
    assert '"max_tokens": 90' in code


OWN_SIDE = """
from openai import OpenAI


class Own:
    def __init__(self, model):
        self.model, self.client = model, OpenAI()

    def answer(self, text, limit=50):
        asked = {"model": self.model, "messages": text, "max_tokens": limit, "temperature": 0.2}
        return self.client.chat.completions.create(**asked)
"""
OTHER_SIDE = """
import othervendor


class Other:
    def __init__(self, model):
        self.model, self.client = model, othervendor.Client()

    def answer(self, text, limit=50):
        asked = {"model": self.model, "messages": text, "max_tokens": limit, "temperature": 0.2}
        return SEND

    def sent(self, **options):
        return self.client.messages.create(**options)
"""
CHOSEN = """
import os

from other import Other
from own import Own

MODEL = os.environ.get("MODEL", "gpt-4o")
side = Other(MODEL) if os.environ.get("OTHER") else Own(MODEL)
side.answer([{"role": "user", "content": "hello"}])
"""


@pytest.mark.parametrize("send", ["self.client.messages.create(**asked)", "self.sent(**asked)"])
@pytest.mark.parametrize("client", ["othervendor.Client()", "given"])
def test_what_is_spread_into_another_librarys_call_is_no_body_of_ours(client: str, send: str) -> None:
    other = OTHER_SIDE.replace("SEND", send).replace("othervendor.Client()", client)
    other = other.replace("(self, model)", "(self, model, given=None)")
    files = {"own.py": OWN_SIDE.encode(), "other.py": other.encode(), "main.py": CHOSEN.encode()}
    _, after = pipeline.migrate(files, Settings(map=MAP))
    assert after["other.py"].decode() == other
    assert b"gpt-5.5-instant" in after["main.py"]
    assert b"max_completion_tokens" in after["own.py"]
    assert b'if "gpt-5.5" in self.model else {"temperature": 0.2}' in after["own.py"]


RETRIED = """
import functools


def retried(times):
    def decorate(func):
        @functools.wraps(func)
        def tried(*args, **kwargs):
            for _ in range(times):
                try:
                    return func(*args, **kwargs)
                except OSError:
                    pass
        return tried
    return decorate
"""
SIDE = """
from openai import OpenAI
from again import retried


class Side:
    def __init__(self, model="MODEL", base_url="URL"):
        self.model = model
        self.client = OpenAI(base_url=base_url or None)

    @retried(3)
    def answer(self, text, limit=50):
        asked = {"model": self.model, "messages": text, "max_tokens": limit}
        return self.client.chat.completions.create(**asked)
"""
TOLD_APART = """
import os
import home
import own

MODEL = os.environ.get("MODEL") or "gpt-4o"
URL = os.environ.get("URL", "")
side = home.Side(MODEL, URL or "http://localhost:11434/v1") if os.environ.get("HOME_SIDE") else own.Side(MODEL)
side.answer([{"role": "user", "content": "hello"}])
"""


def test_an_address_of_the_environment_is_that_of_its_default() -> None:
    home = SIDE.replace("MODEL", "llama3").replace("URL", "http://localhost:11434/v1")
    own = SIDE.replace("MODEL", "gpt-4o").replace("URL", "")
    files = {"again.py": RETRIED, "home.py": home, "own.py": own, "main.py": TOLD_APART}
    after = pipeline.migrate({n: t.encode() for n, t in files.items()}, Settings(map=MAP, unproven=True))[1]
    assert after["home.py"].decode() == home
    assert after["own.py"].decode() == own.replace("gpt-4o", "gpt-5.5-instant").replace(
        '"max_tokens"', '"max_completion_tokens"'
    )
    assert b"gpt-5.5-instant" in after["main.py"]


ASKED = """
from openai import OpenAI
{before}

def answer(question, model):
    return OpenAI().chat.completions.create(model=model, messages=[question], max_tokens=90)


{after}
"""
OFFERED = {
    "a box": (
        "import streamlit as st",
        'answer("a question", st.sidebar.selectbox("Model", {choices}))\nanswer("again", "gpt-4o")',
    ),
    "a callback": (
        "import gradio as gr",
        'gr.Interface(answer, ["text", gr.Dropdown({choices}, value="gpt-4o")], "text").launch()',
    ),
    "a button": (
        "import gradio as gr",
        'box, chosen = gr.Textbox(), gr.Radio({choices}, value="gpt-4o")\n'
        "gr.Button('Ask').click(answer, inputs=[box, chosen], outputs=box)",
    ),
}


@pytest.mark.parametrize("name", OFFERED)
def test_what_people_may_choose_is_asked_for(name: str) -> None:
    before, after = (text.format(choices='["gpt-4o", "gpt-4o-mini"]') for text in OFFERED[name])
    code = migrated(ASKED.format(before=before, after=after)).after
    assert '"gpt-4o", "gpt-5.5-instant", "gpt-4o-mini"' in code
    assert "max_completion_tokens=90" in code


@pytest.mark.parametrize("name", OFFERED)
def test_what_people_may_choose_of_another_vendor_is_left(name: str) -> None:
    before, after = (text.format(choices='["claude-sonnet-4-5"]') for text in OFFERED[name])
    after = after.replace(', value="gpt-4o"', "").replace('\nanswer("again", "gpt-4o")', "")
    code = migrated(ASKED.format(before=before, after=after)).after
    assert "max_tokens=90" in code


def test_a_choice_with_a_label_gains_one_of_its_own() -> None:
    pairs = '[("GPT-4o", "gpt-4o"), ("GPT-4o mini", "gpt-4o-mini")]'
    before, after = (text.format(choices=pairs) for text in OFFERED["a callback"])
    code = migrated(ASKED.format(before=before, after=after)).after
    assert (
        '("GPT-4o", "gpt-4o"), ("GPT-5.5 Instant", "gpt-5.5-instant"), ("GPT-4o mini", "gpt-4o-mini")' in code
    )
    assert 'value="gpt-5.5-instant"' in code


STATED = """
from openai import OpenAI
from pydantic import BaseModel, Field


class Wishes(BaseModel):
    model: str = "gpt-4o"
    temperature: float = Field({given})
    max_tokens: int = Field(default=90, gt=0)


def ask(wishes):
    return OpenAI().chat.completions.create(messages=[], **wishes.model_dump())


ask(Wishes())
"""


def test_a_field_with_conditions_goes_or_is_renamed_with_them() -> None:
    after = migrated(STATED.format(given="0.4, ge=0, le=2")).after
    assert "temperature" not in after
    assert "max_completion_tokens: int = Field(default=90, gt=0)" in after


def test_a_field_that_says_what_every_model_takes_stays() -> None:
    after = migrated(STATED.format(given="1, ge=0, le=2")).after
    assert "temperature: float = Field(1, ge=0, le=2)" in after


NAMED_TUPLE = """
from typing import Any, NamedTuple

from openai import OpenAI


class Trial(NamedTuple):
    model: str
    {name}: int


for trial in [Trial("gpt-4o", 5), Trial("gpt-4o-mini", 7)]:
    OpenAI().chat.completions.create(messages=[], **trial._asdict())
"""


def test_a_named_tuple_is_a_request_when_it_is_made_a_dict() -> None:
    done = migrated(NAMED_TUPLE.format(name="logit_bias"))
    assert done.after == done.before
    assert {r.action for r in done.inventory.references} == {"review"}


def test_a_named_tuple_of_what_is_taken_moves() -> None:
    assert '"gpt-5.5-mini", 7' in migrated(NAMED_TUPLE.format(name="seed")).after


SET_UP = """
import os
from dataclasses import dataclass


@dataclass
class Config:
    model: str = "gpt-4o"
    side: str = "openai"

    @classmethod
    def read(cls):
        return cls(model=os.getenv("MODEL", cls.model), side=os.getenv("SIDE", "openai"))


class Engine:
    def __init__(self, config):
        self.config = config or Config.read()
        self._set_up()

    def _set_up(self):
        if self.config.side == "openai":
            from llama_index.llms.openai import OpenAI

            self.model = OpenAI(model=self.config.model)


Engine(None)
"""


def test_a_library_that_does_not_know_the_id_holds_it_however_it_gets_there() -> None:
    done = migrated(SET_UP)
    assert done.after == done.before


PUT_IN_LATER = """
import httpx

KEY = "k"


class Wish:
    def __init__(self, model, limit=None):
        self.model, self.limit = model, limit


class Side:
    def __init__(self, base="https://api.openai.com/v1", default="gpt-4o"):
        self.base, self.default = base, default

    def answer(self, wish):
        body = {"model": wish.model, "messages": []}
        if wish.limit is not None:
            body["max_tokens"] = wish.limit
        return posted(f"{self.base}/chat/completions", body)


def posted(url, body):
    return httpx.post(url, json=body, headers={"Authorization": KEY})
"""


def test_what_is_put_into_a_body_later_counts() -> None:
    after = all_migrated(PUT_IN_LATER).after
    assert "gpt-5.5" not in after or '"max_completion_tokens"' in after


def test_a_client_that_another_module_keeps_is_known_when_ids_are_judged() -> None:
    files = {
        "kept.py": "client = None\n",
        "made.py": (
            "import os\n\nimport kept\nfrom openai import AzureOpenAI\n\n\ndef made():\n"
            '    if os.getenv("K"):\n        kept.client = AzureOpenAI()\n        return kept.client\n    return None\n'
        ),
        "app.py": (
            "import os\n\nfrom made import made\n\n\ndef ask(text):\n    client = made()\n"
            '    name = os.getenv("V") if os.getenv("V") else "gpt-4o"\n'
            "    return client.chat.completions.create(model=name, messages=text)\n\n\nask([])\n"
        ),
    }
    before = {path: text.encode() for path, text in files.items()}
    inventory, after = pipeline.migrate(before, Settings(map=MAP))
    assert after == before
    assert [one.reason for one in inventory.references] == ["azure-deployment"]


CALLED_BY_NAME = """
from operator import methodcaller

from openai import OpenAI

SHORT = methodcaller("create", model="gpt-4o", messages=[], {parameter}=9)


def note():
    return SHORT(OpenAI().chat.completions)
"""


def test_a_function_that_a_library_made_sends_what_it_was_made_with() -> None:
    after = migrated(CALLED_BY_NAME.format(parameter="max_tokens")).after
    assert '"gpt-5.5-instant", messages=[], max_completion_tokens=9' in after
    assert '"gpt-5.5-instant", messages=[], seed=9' in migrated(CALLED_BY_NAME.format(parameter="seed")).after


RUN_AS_TEXT = """
import os

from openai import OpenAI

OPTIONS = {{"seed": 5}}


def note(text):
    space = {{}}
    {run}
    return OpenAI().chat.completions.create(model="gpt-4o", messages=text, **{options})
"""
RUNS = {
    "a text that names it": ("exec(\"OPTIONS['stop'] = '.'\")", "OPTIONS"),
    "a text of the environment": ('exec(os.environ["CODE"])', "OPTIONS"),
    "a text with a place of its own": ('exec(os.environ["CODE"], {}, space)', "space"),
    "a text with names": ('exec(os.environ["CODE"], {"options": space})', "space"),
}


@pytest.mark.parametrize(("run", "options"), RUNS.values(), ids=RUNS)
def test_what_a_text_that_is_run_may_set_is_not_known(run: str, options: str) -> None:
    done = all_migrated(RUN_AS_TEXT.format(run=run, options=options))
    assert done.after == done.before


@pytest.mark.parametrize("run", ["exec(\"print('x')\")", 'exec(os.environ["CODE"], {"x": 1})'])
def test_what_a_text_that_is_run_does_not_see_stays_known(run: str) -> None:
    assert '"gpt-5.5-instant"' in migrated(RUN_AS_TEXT.format(run=run, options="OPTIONS")).after


WORD_FOR_NO_ADDRESS = """
import os

from openai import OpenAI

SETTINGS = {"model": os.getenv("NOTES_MODEL", "gpt-4o"), "address": os.getenv("ADDRESS", "{address}")}


class Stored(dict):
    def __getitem__(self, key):
        return os.getenv(key) or super().__getitem__(key)


stored = Stored(**SETTINGS)
given = stored["address"]
client = OpenAI(base_url=None if given == "usual" else given)


def note(text, heat):
    return client.chat.completions.create(model=stored["model"], messages=text, temperature=heat)


note([], float(input()))
"""


def test_a_word_that_is_no_address_is_no_other_vendor() -> None:
    after = migrated(WORD_FOR_NO_ADDRESS.replace("{address}", "usual")).after
    assert '"gpt-5.5-instant"' in after
    assert '**({} if "gpt-5.5" in' in after
    theirs = migrated(WORD_FOR_NO_ADDRESS.replace("{address}", "https://api.deepseek.com"))
    assert theirs.after == theirs.before


KEPT_IN_A_FILE = """
import json

import requests


class Wishes:
    model = "gpt-4o"
    heat = 0.3

    def __init__(self, **kept):
        vars(self).update(kept)


class Desk:
    def __init__(self, wishes):
        self.wishes = wishes

    def ask(self, text):
        body = {"model": self.wishes.model, "messages": text, "PARAMETER": self.wishes.heat}
        return requests.post("https://api.openai.com/v1/chat/completions", json=body)
"""
MADE_HERE = 'Desk(Wishes(**json.load(open("kept.json")))).ask([])\n'


def test_a_body_keeps_for_others_what_only_the_new_model_refuses() -> None:
    after = migrated((KEPT_IN_A_FILE + MADE_HERE).replace("PARAMETER", "temperature")).after
    assert '**({} if "gpt-5.5" in str(self.wishes.model) else {"temperature": self.wishes.heat})' in after


def test_an_id_that_gets_nowhere_known_moves_with_a_condition_where_nobody_knows_the_model() -> None:
    after = all_migrated(KEPT_IN_A_FILE.replace("PARAMETER", "temperature")).after
    assert '"gpt-5.5-instant"' in after
    assert '**({} if "gpt-5.5" in str(self.wishes.model) else {"temperature": self.wishes.heat})' in after


def test_what_an_object_of_callers_outside_gives_beside_its_model_is_not_known() -> None:
    code = KEPT_IN_A_FILE.replace(
        '        body = {"model"', '        name = self.wishes\n        body = {"model"'
    )
    code = code.replace('"model": self.wishes.model', '"model": choice(name).model')
    code = "from random import choice\n" + code
    done = all_migrated(code.replace("PARAMETER", "temperature"))
    assert "gpt-5.5" not in done.after
    assert '"gpt-5.5-instant"' in all_migrated(code.replace("PARAMETER", "seed")).after


def test_an_id_that_gets_nowhere_known_waits_where_a_file_cannot_be_read() -> None:
    wish = 'from desk import Desk\n\nDesk(start=dict(model="gpt-4o", {name}=0.2)).run()\n'
    for desk, is_written in (("class Desk:\n    pass\n", True), ("class Desk(:\n", False)):
        files = {"desk.py": desk.encode(), "app.py": wish.format(name="heat").encode()}
        assert (
            b"gpt-5.5" in pipeline.migrate(files, Settings(map=MAP, unproven=True))[1]["app.py"]
        ) == is_written


NAMED_AFTER_IDS = """
from openai import OpenAI

CHATGPT_4O = "gpt-4o"
CHATGPT_4O_MINI = "gpt-4o-mini"
CHATGPT_5 = "gpt-5"
CHATGPT_5_MINI = "gpt-5-mini"


def note(text, model=CHATGPT_4O):
    return OpenAI().chat.completions.create(model=model, messages=text)
"""


def test_many_constants_of_a_module_that_are_named_after_their_ids_stay() -> None:
    done = all_migrated(NAMED_AFTER_IDS)
    assert done.after == done.before
    tiers = NAMED_AFTER_IDS.replace("CHATGPT_4O_MINI", "QUICK").replace("CHATGPT_4O", "USUAL")
    tiers = tiers.replace("CHATGPT_5_MINI", "SMALL").replace("CHATGPT_5", "DEEP")
    assert 'USUAL = "gpt-5.5-instant"' in all_migrated(tiers).after


MADE_ELSEWHERE = """
import openai


class Desk:
    heat = 0

    def options(self):
        return {"PARAMETER": self.heat}

    def ask(self, text):
        return self.client.create(messages=text, **self.options())


class Own(Desk):
    def __init__(self, model="gpt-4o"):
        self.model = model
        self.client = openai.OpenAI().chat.completions

    def options(self):
        return {**super().options(), "model": self.model}
"""


def test_a_class_that_nobody_here_makes_is_made_elsewhere_also_where_it_builds_on_another() -> None:
    after = migrated(MADE_ELSEWHERE.replace("PARAMETER", "temperature")).after
    assert (
        '"temperature": self.heat' not in after or "gpt-5.5" not in after or 'key != "temperature"' in after
    )
    assert '"gpt-5.5-instant"' in migrated(MADE_ELSEWHERE.replace("PARAMETER", "seed")).after


ASKED_ONLY_IF_GIVEN = """
from openai import OpenAI


class Desk:
    def __init__(self, model="gpt-4o"):
        self.model = model

    def ask(self, text, heat=None):
        options = {"model": self.model, "messages": text}
        if heat:
            options["temperature"] = heat
        return OpenAI().chat.completions.create(**options)


def note(name, text):
    return Desk(name).ask(text, 0.4)
"""


def test_a_test_on_the_parameter_itself_is_no_test_on_the_model() -> None:
    after = migrated(ASKED_ONLY_IF_GIVEN).after
    assert 'if heat and "gpt-5.5" not in str(options["model"]):' in after
    assert 'options["temperature"] = heat' in after


RECORDS_NAMED_AFTER_IDS = """
class Known:
    def __init__(self, model, room):
        self.model, self.room = model, room


gpt_4o = Known(model="gpt-4o", room=128_000)
gpt_4o_mini = Known(model="gpt-4o-mini", room=128_000)
gpt_5 = Known(model="gpt-5", room=400_000)
gpt_4_1 = Known(model="gpt-4.1", room=1_000_000)
"""


def test_many_records_that_are_kept_under_names_after_their_ids_stay() -> None:
    done = all_migrated(RECORDS_NAMED_AFTER_IDS)
    assert done.after == done.before
    assert {one.reason for one in done.inventory.references} == {"must-move-together"}
    two = RECORDS_NAMED_AFTER_IDS.replace("gpt_5 =", "deep =").replace("gpt_4o_mini =", "quick =")
    assert 'model="gpt-5.5-mini"' in all_migrated(two).after


PUBLIC = """
from openai import OpenAI

client = OpenAI()


def {name}(text, model="gpt-4o"):
    return client.chat.completions.create(model=model, messages=text, temperature=0.2)


def short(text):
    return {name}(text, "gpt-4o")
"""


@pytest.mark.parametrize(
    ("path", "name", "stays"),
    [("desk/notes.py", "ask", True), ("desk/notes.py", "_ask", False), ("notes.py", "ask", False)],
)
def test_what_a_package_offers_goes_on_with_the_models_of_others(path: str, name: str, stays: bool) -> None:
    files = {"desk/__init__.py": b"", path: PUBLIC.format(name=name).encode()}
    after = pipeline.migrate(files, Settings(map=MAP))[1][path].decode()
    assert after.count("gpt-5.5-instant") == 2
    assert ('**({} if "gpt-5.5" in model else {"temperature": 0.2})' in after) is stays
    assert ("temperature" in after) is stays


ANYBODYS = """
from openai import OpenAI


class Desk:
    def __init__(self, model="gpt-4o", base_url=None, heat=None):
        self.model, self.heat = model, heat
        self.client = OpenAI({address})

    def ask(self, text, room=300):
        more = {{"max_tokens": room}}
        if self.heat is not None:
            more["temperature"] = self.heat
        return self.client.chat.completions.create(model=self.model, messages=text, **more)


    def short(self, text, room=90):
        return self.client.chat.completions.create(model=self.model, messages=text, max_tokens=room)
"""


def test_a_parameter_is_renamed_for_the_models_that_want_it_where_any_vendors_may_come() -> None:
    own = migrated(ANYBODYS.format(address="")).after
    assert own.count("max_completion_tokens") == 2
    assert "max_tokens" not in own
    after = migrated(ANYBODYS.format(address="base_url=base_url")).after
    assert '**({"max_completion_tokens": room} if "gpt-5.5" in self.model else {"max_tokens": room})' in after
    told = '{"max_completion_tokens" if key == "max_tokens" and "gpt-5.5" in self.model else key: value'
    assert f"{told} for key, value in more.items()" in after
    assert 'more = {"max_tokens": room}' in after
    assert migrated(after).after == after


BUILT_FOR_ANYBODY = """
import httpx
from pydantic import BaseModel, Field


class Config(BaseModel):
    base_url: str = Field(default="https://api.openai.com/v1", description="or any that speaks the same")
    model: str = Field(default="gpt-4o")


class Desk:
    def __init__(self, config: Config):
        self.config = config
        self.url = {address}

    def built(self, asked):
        sent = {{"model": asked.model or self.config.model, "messages": asked.messages}}
        if asked.heat is not None:
            sent["temperature"] = asked.heat
        if asked.room is not None:
            sent["max_tokens"] = asked.room
        return sent

    def ask(self, asked):
        return httpx.post(f"{{self.url}}/chat/completions", json=self.built(asked))
"""


def test_what_is_put_into_a_body_later_is_what_its_model_takes() -> None:
    after = migrated(BUILT_FOR_ANYBODY.format(address='str(self.config.base_url).rstrip("/")')).after
    assert '["max_completion_tokens" if "gpt-5.5" in sent["model"] else "max_tokens"] = asked.room' in after
    assert 'if asked.heat is not None and "gpt-5.5" not in sent["model"]:' in after
    own = migrated(BUILT_FOR_ANYBODY.format(address='"https://api.openai.com/v1"')).after
    assert 'sent["max_completion_tokens"] = asked.room' in own


SETTINGS_OF_TWO = """
import os

import plugins
from anthropic import Anthropic
from openai import OpenAI

SETTINGS = {"max_tokens": 900}


class Theirs:
    def ask(self, text, model, **more):
        room = more.pop("max_tokens", 500)
        return Anthropic().messages.create(model=model, messages=text, max_tokens=room, **more)


class Ours:
    def __init__(self):
        self.client = OpenAI(base_url=os.environ.get("URL"))

    def ask(self, text, model, **more):
        sent = {"model": model, "messages": text}
        sent.update(more)
        return self.client.chat.completions.create(**sent)


def ask(text):
    return Ours().ask(text, os.environ.get("MODEL", "gpt-4o"), **SETTINGS)


def asked(text, name):
    return plugins.load(name).ask(text, "claude-sonnet-4-5", **SETTINGS)
"""


def test_a_setting_that_another_vendors_class_reads_by_its_name_keeps_it() -> None:
    after = migrated(SETTINGS_OF_TWO).after
    assert 'SETTINGS = {"max_tokens": 900}' in after
    assert '"max_completion_tokens" if key == "max_tokens" and "gpt-5.5" in' in after


WRAPPED = """
import instructor
from anthropic import Anthropic
from openai import OpenAI


class Settings:
    model: str = "gpt-4o"


class Desk:
    def __init__(self, vendor, settings):
        self.model = settings.model
        self.client = self.made(vendor)

    def made(self, vendor):
        if vendor == "b":
            return instructor.from_openai(OpenAI())
        return {other}

    def ask(self, text, room, model=None):
        given = {{"model": model or self.model, "max_tokens": room, "messages": text}}
        return self.client.chat.completions.create(**given)
"""


def test_one_call_for_wrapped_clients_of_two_vendors_gives_each_the_name_it_knows() -> None:
    two = all_migrated(WRAPPED.format(other="instructor.from_anthropic(Anthropic())")).after
    assert 'if "gpt-5.5" in str((model or self.model)) else {"max_tokens": room}' in two
    one = all_migrated(WRAPPED.format(other="instructor.from_openai(OpenAI(timeout=9))")).after
    assert '"max_completion_tokens": room, "messages"' in one


SWITCHED = """
import os

from openai import OpenAI


class Desk:
    def __init__(self, warm):
        self.model, self.warm = os.getenv("M", "gpt-4o"), warm

    def ask(self, text):
        more = {}
        if self.warm:
            more["temperature"] = 0.2
        return send(text, more, self.model)


def send(text, more, model):
    return OpenAI().chat.completions.create(model=model, messages=text, **more)
"""


def test_a_statement_under_a_test_on_something_else_goes_for_the_new_models_alone() -> None:
    after = migrated(SWITCHED).after
    assert 'more["temperature"] = 0.2' in after
    assert 'if key != "temperature" or "gpt-5.5" not in model' in after


def test_what_only_users_give_stays_for_the_models_that_they_name() -> None:
    after = migrated(ANYBODYS.format(address="")).after
    assert 'more["temperature"] = self.heat' in after
    assert 'for key, value in more.items() if key != "temperature" or "gpt-5.5" not in self.model' in after


ONE_ADDRESS_OF_TWO = """
import json

from litellm import completion


def target(vendor, name):
    if vendor == "far":
        return {"model": f"openai/{name}", "api_base": "https://open.bigmodel.cn/api/paas/v4"}
    return {"model": f"{vendor}/{name}"}


def ask(name, text):
    vendor, _, name = name.partition(":")
    return completion(messages=text, logprobs=True, **target(vendor, name))


def kept(path, name="gpt-4o"):
    with open(path, "w") as file:
        json.dump({"model": name}, file)


ask(json.load(open("kept.json"))["model"], [])
kept("kept.json")
"""


def test_an_address_on_one_path_leaves_the_call_to_this_vendor_on_the_other() -> None:
    done = migrated(ONE_ADDRESS_OF_TWO)
    assert done.after == done.before


PRESETS = """
import json
import os
import urllib.request

PRESETS = {{
    "home": {{"base_url": "http://localhost:11434/v1", "default_model": "qwen3"}},
    "usual": {{"base_url": "https://api.openai.com/v1", "default_model": "gpt-4o"}},
}}


def chosen():
    preset = PRESETS[os.environ.get("PROVIDER", "usual")]
    row = {{"base_url": preset["base_url"], "model": preset["default_model"]}}
    row["model"] = os.environ.get("MODEL") or row["model"]
    return row


def ask(row, text):
    url = row["base_url"].rstrip("/") + "/chat/completions"
    body = {{"model": row["model"], "messages": text, {parameter}: 90}}
    return post(url, body)


def post(url, body):
    sent = urllib.request.Request(url, data=json.dumps(body).encode(), method="POST")
    return json.loads(urllib.request.urlopen(sent).read())


ask(chosen(), [])
"""


def test_of_several_addresses_the_first_does_not_say_whose_the_request_is() -> None:
    done = migrated(PRESETS.format(parameter='"max_tokens"'))
    is_asked = '**({"max_completion_tokens": 90} if "gpt-5.5" in row["model"]' in done.after
    assert is_asked or '"gpt-5.5' not in done.after
    assert '"gpt-5.5-instant"' in migrated(PRESETS.format(parameter='"seed"'), unproven=True).after


ELSEWHERE = """
import os

import httpx
from openai import OpenAI


class Service:
    def __init__(self, model):
        self.model = model
        self.session = httpx.Client()
        self.base = os.environ["SERVICE"]

    def ask(self, text):
        body = {{"model": self.model, "max_tokens": 90, "temperature": 0.2, "messages": text}}
        {sent}

    def _post(self, url, body):
        return self.session.post(url, json=body).json()


MODEL = os.environ.get("MODEL", "gpt-4o")
print(OpenAI().chat.completions.create(model=MODEL, messages=[]))
print(Service(MODEL).ask([]))
"""


@pytest.mark.parametrize(
    "sent",
    [
        "return self.session.post(f'{{self.base}}{path}', json=body).json()",
        "return self._post(self.base.rstrip('/') + '{path}', body)",
        "url = f'{{self.base}}{path}'\n        return self._post(url, body)",
    ],
)
def test_a_body_that_is_sent_to_a_path_of_another_api_is_that_api_s(sent: str) -> None:
    body = '{"model": self.model, "max_tokens": 90, "temperature": 0.2, "messages": text}'
    assert body in migrated(ELSEWHERE.format(sent=sent.format(path="/v1/messages"))).after
    after = migrated(ELSEWHERE.format(sent=sent.format(path="/v1/chat/completions"))).after
    assert body not in after
    assert "max_completion_tokens" in after


GRAPHS = """
import dspy


class Graphs:
    def __init__(self, model="openai/gpt-4o", room=16000):
        self.model, self.room = model, room
        self.lm = dspy.LM(model={model}, max_tokens=self.room)
"""


def test_a_value_that_only_new_models_want_is_given_to_them_alone() -> None:
    after = migrated(GRAPHS.format(model="self.model")).after
    told = '**({"max_tokens": 16000} if "gpt-5.5" in self.model else {"max_tokens": self.room})'
    assert told in after
    assert "max_tokens=16000" in migrated(GRAPHS.format(model='"openai/gpt-4o"')).after


CLASSES_NAMED_AFTER_IDS = """
from openai import OpenAI


class Base:
    def __init__(self, model):
        self.model = model

    def ask(self, text):
        return OpenAI().responses.create(model=self.model, input=text)


class OurGPT4o(Base):
    def __init__(self):
        super().__init__("gpt-4o")


class OurGPT4oMini(Base):
    def __init__(self):
        super().__init__("gpt-4o-mini")


class OurGPT5(Base):
    def __init__(self):
        super().__init__("gpt-5")


class OurGPT5Mini(Base):
    def __init__(self):
        super().__init__("gpt-5-mini")
"""


def test_many_classes_that_are_named_after_their_ids_stay() -> None:
    done = migrated(CLASSES_NAMED_AFTER_IDS)
    assert done.after == done.before
    assert {one.reason for one in done.inventory.references} == {"must-move-together"}
    uses = CLASSES_NAMED_AFTER_IDS.replace("OurGPT4oMini", "Quick").replace("OurGPT5", "Deep")
    assert 'super().__init__("gpt-5.5-mini")' in migrated(uses).after


OPTIONAL_FIELDS = """
from typing import Optional

import httpx
from pydantic import BaseModel


class Options(BaseModel):
    {field}: Optional[float] = None


class Desk:
    def __init__(self, model="gpt-4o", options=None):
        self.model, self.options = model, options or Options()

    def ask(self, text):
        body = {{"model": self.model, "messages": text, **self.options.model_dump()}}
        return httpx.post("https://api.openai.com/v1/chat/completions", json=body)
"""


def test_a_field_that_may_be_given_a_value_is_not_taken_away() -> None:
    done = all_migrated(OPTIONAL_FIELDS.format(field="temperature"))
    assert done.after == done.before
    assert {one.reason for one in done.inventory.references} == {"shared-kwargs"}
    assert "gpt-5.5-instant" in all_migrated(OPTIONAL_FIELDS.format(field="seed")).after


PROFILED = """
from dataclasses import dataclass

import openai


@dataclass
class Profile:
    model: str
    room: int = 90


usual = Profile(model="gpt-5")


class Desk:
    def __init__(self, key):
        self.client = openai.{client}

    def ask(self, profile: Profile, text):
        sent = {{"messages": text}}
        sent["model"] = profile.model
        return self.client.chat.completions.create(**sent)
"""


def test_an_id_of_a_program_that_sends_to_deployments_alone_waits() -> None:
    done = migrated(PROFILED.format(client='AzureOpenAI(api_key=key, api_version="2025-01-01")'))
    assert done.after == done.before
    assert {one.reason for one in done.inventory.references} == {"azure-deployment"}
    assert '"gpt-5.5"' in migrated(PROFILED.format(client="OpenAI(api_key=key)")).after


SENT_BY_ALL = """
import httpx


def sent(client: httpx.AsyncClient, url: str, *, headers, body):
    return client.post(url, headers=headers, json=body, timeout=9)


class Own:
    def __init__(self, base="https://api.openai.com/v1", default_model="gpt-4o"):
        self.base = base.rstrip("/")
        self.default_model = default_model

    def ask(self, client: httpx.AsyncClient, wish):
        body = {"model": wish.model, "messages": list(wish.messages), **wish.options}
        if wish.heat is not None:
            body["PARAMETER"] = wish.heat
        return sent(client, f"{self.base}/chat/completions", headers={"Authorization": wish.key}, body=body)


own, groq = Own("https://api.openai.com/v1"), Own("https://api.groq.com/openai/v1", "llama-3.3")


class Other:
    default_model = "deepseek-chat"

    def ask(self, client: httpx.AsyncClient, wish):
        body = {"model": wish.model, "messages": wish.messages}
        return sent(client, "https://api.deepseek.com/v1/chat/completions", headers={}, body=body)


def asked(vendor, client, wishes, wish):
    return vendor.ask(client, wishes.of(model=wish or vendor.default_model))
"""


def test_a_request_whose_vendor_is_not_known_may_be_given_an_id_though_its_call_sends_to_others_too() -> None:
    assert 'default_model="gpt-5.5-instant"' in all_migrated(SENT_BY_ALL.replace("PARAMETER", "seed")).after


def test_what_it_would_be_refused_holds_it() -> None:
    held = all_migrated(SENT_BY_ALL.replace("PARAMETER", "temperature"))
    assert held.after == held.before
    assert any("temperature" in one.detail for one in held.inventory.references)


BASED = """
import httpx


class Client:
    def __init__(self, base, model="gpt-4o"):
        self.model = model
        self.http = httpx.Client(base_url=BASE)

    def ask(self, text, model=None):
        body = {"model": model or self.model, "messages": [text], "max_tokens": 9}
        return self.http.post("/v1/chat/completions", json=body)


def run(name, text):
    return Client(name).ask(text, name)
"""


def test_a_path_is_sent_to_whatever_address_its_client_has() -> None:
    after = migrated(BASED.replace("BASE", "base")).after
    assert '"max_tokens": 9} if' in after or '{"max_tokens": 9}' in after or "gpt-5.5" not in after


def test_a_path_of_a_client_with_the_vendors_address_is_sent_to_the_vendor() -> None:
    after = migrated(BASED.replace("BASE", '"https://api.openai.com"')).after
    assert '"max_completion_tokens": 9}' in after
    assert "gpt-5.5" in after


CALLED_INSIDE = """
from langchain_openai import ChatOpenAI


def get_chat(model_name="gpt-4o", top_p=0.5):
    options = {"model": model_name, "top_p": top_p}
    return ChatOpenAI(**options)
"""


def test_what_a_package_offers_keeps_a_parameter_for_other_models_also_where_it_is_called_inside() -> None:
    files = {
        "pkg/__init__.py": b"from pkg.chat import get_chat\n\ndefault = get_chat()\ndefault.invoke('hi')\n",
        "pkg/chat.py": CALLED_INSIDE.encode(),
    }
    after = pipeline.migrate(files, Settings(map=MAP))[1]["pkg/chat.py"].decode()
    assert '**({} if "gpt-5.5" in model_name else {"top_p": top_p})' in after
    script = CALLED_INSIDE + "\n\nget_chat().invoke('hi')\n"
    assert (
        '"top_p"'
        not in pipeline.migrate({"app.py": script.encode()}, Settings(map=MAP))[1]["app.py"].decode()
    )


TAKEN_OUT = """
from openai import OpenAI


class Chat:
    def __init__(self, model="gpt-4o", temperature=0.5):
        self.model, self.temperature = model, temperature

    def ask(self, text, **options):
        return OpenAI().chat.completions.create(
            model=self.model,
            messages=text,
            temperature=options.pop("temperature", self.temperature),
            **options,
        )
"""


def test_what_a_value_takes_out_is_not_left_where_it_is_spread() -> None:
    files = {"pkg/__init__.py": b"", "pkg/chat.py": TAKEN_OUT.encode()}
    assert pipeline.migrate(files, Settings(map=MAP, unproven=True))[1]["pkg/chat.py"].decode() == TAKEN_OUT
    plain = TAKEN_OUT.replace('options.pop("temperature", self.temperature)', "self.temperature")
    files["pkg/chat.py"] = plain.replace(", **options)", ")").replace("            **options,\n", "").encode()
    assert (
        b'{} if "gpt-5.5" in' in pipeline.migrate(files, Settings(map=MAP, unproven=True))[1]["pkg/chat.py"]
    )
