"""Layouts of public reports: names in templates and schemas, stores, registers, partials, other groups."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from migrator import pipeline
from migrator.settings import Settings
from tests.decided import MAP

HEAD = "from openai import OpenAI\nclient = OpenAI()\n"
SEND = "print(client.chat.completions.create(messages=[{'role': 'user', 'content': 'hi'}], **options))\n"


class Pair(NamedTuple):
    """A module in which ids wait, what says so, and one like it in which they move; files beside both."""

    waits: str
    told: str
    moves: str
    beside: dict[str, str] = {}


TEMPLATE = "import string\nLINE = string.Template('cap ${name}')\n" + HEAD
TEMPLATE += "options = {'model': 'gpt-4o', 'max_tokens': 9}\nprint(LINE.safe_substitute(options))\n" + SEND
SCHEMA = HEAD + "import jsonschema\nNEEDS = {'required': ['model', NAME]}\n"
SCHEMA += "options = {'model': 'gpt-4o', 'max_tokens': 9}\njsonschema.validate(options, NEEDS)\n" + SEND
REGISTER = (
    HEAD
    + """KEPT = {}
def register(*names):
    def keep(function):
        for name in names:
            KEPT[BY] = lambda text, name=name: function(name, text)
        return function
    return keep
@register("gpt-4o", "gpt-4o-mini")
def plain(model, text):
    return client.chat.completions.create(model=model, messages=[{"role": "user", "content": text}])
print(KEPT[FIRST]("hi"))
"""
)
STORED = (
    HEAD
    + """import shelve
def kept(name, **given):
    with shelve.open("p") as store:
        store[name] = {**store.get(name, PLAIN), **given}
        return store[name]
PLAIN = {"model": "gpt-4o-mini", NAME: 40}
options = kept("ann", model="gpt-4o")
"""
)
DATABASE = (
    HEAD
    + """import pathlib, sqlite3
FIRST = "gpt-4o"
base = sqlite3.connect(":memory:")
base.executescript((pathlib.Path(__file__).parent / "tables.sql").read_text())
base.execute("INSERT INTO chat (model) VALUES (?)", (FIRST,))
[(model,)] = base.execute("SELECT model FROM chat")
print(client.chat.completions.create(model=model, messages=[{"role": "user", "content": "hi"}]))
"""
)
TABLE = "CREATE TABLE chat (id INTEGER, model TEXT{})"
GLOBS = (
    HEAD
    + """import fnmatch
FAST = ("o3*", "gpt-4o")
def is_fast(name):
    return any(fnmatch.fnmatch(name, one) for one in FAST)
print(is_fast(input()))
"""
)
SPEC = (
    HEAD
    + """import pydantic
class Spec(pydantic.BaseModel):
    model: str
    effort: str = "low"
    def options(self):
        return {"model": self.model, "reasoning_effort": self.effort}
def parsed(raw):
    return pydantic.TypeAdapter(Spec).validate_python(raw).options()
options = parsed({"model": "gpt-5", GIVEN})
"""
)
PUT = (
    HEAD
    + """KEPT = {}
def put(name, kind):
    KEPT[BY] = kind
class Talk:
    model = "gpt-4o"
put(FIRST, Talk)
kind = list(KEPT.values())[0]
print(client.chat.completions.create(model=kind.model, messages=[{"role": "user", "content": "hi"}]))
"""
)
WAITING = {
    "a template": Pair(
        TEMPLATE.replace("name", "max_tokens"), "names max_tokens", TEMPLATE.replace("name", "model")
    ),
    "a schema": Pair(
        SCHEMA.replace("NAME", "'max_tokens'"), "names max_tokens", SCHEMA.replace(", NAME", "")
    ),
    "a registering decorator": Pair(
        REGISTER.replace("BY", "name").replace("FIRST", '"gpt-4o"'),
        "register the new one beside it",
        REGISTER.replace("BY", "len(KEPT)").replace("FIRST", "0"),
    ),
    "a class that is put under it": Pair(
        PUT.replace("BY", "name").replace("FIRST", '"gpt-4o"'),
        "register the new one beside it",
        PUT.replace("BY", "len(KEPT)").replace("FIRST", '"gpt-4o"'),
    ),
    "a check in a file of SQL": Pair(
        DATABASE,
        "lets a database take gpt-4o",
        DATABASE.replace("tables.sql", "open.sql")
        .replace("(FIRST,))", "('x',))")
        .replace("model=model", "model=FIRST"),
        {"tables.sql": TABLE.format(" CHECK (model IN ('gpt-4o'))"), "open.sql": TABLE.format("")},
    ),
    "patterns": Pair(GLOBS, "compared with a model name", HEAD + SEND.replace("**options", 'model="gpt-4o"')),
    "a store": Pair(
        STORED.replace("NAME", "'max_tokens'") + SEND,
        "is not known (library result)",
        STORED.replace("NAME", "'seed'")
        + SEND.replace("**options", 'model="gpt-4o", max_completion_tokens=3'),
    ),
}


WAITING["a method that is handed on"] = Pair(
    HEAD
    + """from functools import partial
class Choice:
    def __init__(self, options, then):
        self.options, self.then = options, then
    def choose(self, label):
        self.then(self.options[label])
options = {"model": "gpt-4o", "max_tokens": 60}
Choice({"fast": "gpt-4o-mini"}, partial(options.__setitem__, "model")).choose(input())
"""
    + SEND,
    "is not known (computed)",
    HEAD + 'options = {"model": "gpt-4o", "max_tokens": 60}\noptions["model"] = "gpt-4o-mini"\n' + SEND,
)


def migrated(code: str, beside: dict[str, str]) -> tuple[str, str]:
    """A module after a migration, and all that is said of its ids."""
    files = {"app.py": code.encode(), **{path: text.encode() for path, text in beside.items()}}
    settings = Settings(map=MAP, unproven=True)
    inventory, new = pipeline.migrate(files, settings)
    assert pipeline.migrate(new, settings)[1] == new
    said = [one.detail or "" for one in inventory.references]
    return new["app.py"].decode(), " ".join(said)


@pytest.mark.parametrize("name", WAITING)
def test_an_id_waits_where_what_stands_beside_would_fail(name: str) -> None:
    pair = WAITING[name]
    new, said = migrated(pair.waits, pair.beside)
    assert new == pair.waits
    assert pair.told in said


@pytest.mark.parametrize("name", WAITING)
def test_it_moves_where_nothing_would(name: str) -> None:
    pair = WAITING[name]
    assert "gpt-5.5" in migrated(pair.moves, pair.beside)[0]


def test_options_by_names_of_the_programs_own_say_nothing_of_what_is_sent() -> None:
    code = SPEC.replace("GIVEN", '"effort": "minimal"') + SEND
    assert migrated(code, {})[0] == code


def test_a_partial_of_a_partial_is_made_right_where_it_is_handed_on() -> None:
    code = (
        HEAD
        + """from functools import partial
def jobs(loop, text):
    base = partial(client.chat.completions.create, messages=[{"role": "user", "content": text}], max_tokens=9)
    return [loop.run_in_executor(None, partial(base, model=one)) for one in ("gpt-4o", "gpt-4o-mini")]
"""
    )
    new = migrated(code, {})[0]
    assert new == code.replace("max_tokens", "max_completion_tokens").replace(
        '("gpt-4o", "gpt-4o-mini")', '("gpt-5.5-instant", "gpt-5.5-mini")'
    )


ROUTER = """from litellm import Router
router = Router(
    model_list=[{"model_name": "big", "litellm_params": {"model": "openai/gpt-4o"}}],
    model_group_alias={"smart": "big"},
)
print(router.completion(model="smart", messages=[{"role": "user", "content": "hi"}], stop=["#"]))
"""


def test_a_name_that_a_list_of_models_lacks_may_be_any_of_them() -> None:
    assert 'stop=["#"]' not in migrated(ROUTER, {})[0]


def test_a_name_of_the_list_is_its_own_model() -> None:
    kept = ROUTER.replace(
        '"openai/gpt-4o"}}',
        '"openai/gpt-4o"}}, {"model_name": "smart", "litellm_params": '
        '{"model": "anthropic/claude-3-5-haiku-latest"}}',
    )
    assert 'stop=["#"]' in migrated(kept, {})[0]


ARMS = (
    HEAD
    + """def ask(text, model="gpt-4o"):
    options = {"model": model, "messages": [{"role": "user", "content": text}]}
    if is_new(model):
        options["max_completion_tokens"] = 500
        options["reasoning_effort"] = "low"
    else:
        options["max_tokens"] = OLD
        options["temperature"] = 0.2
    return client.chat.completions.create(**options)
def is_new(model):
    return model.startswith(("o3", "gpt-5"))
"""
)


def test_an_arm_for_new_models_may_say_something_else_in_place_of_what_they_refuse() -> None:
    code = ARMS.replace("OLD", "500")
    new = migrated(code, {})[0]
    assert 'model="gpt-5.5-instant"' in new
    assert 'options["max_tokens"] = 500' in new


def test_an_arm_that_says_less_of_what_they_take_is_for_a_person() -> None:
    code = ARMS.replace("OLD", "900")
    assert migrated(code, {})[0] == code


LABELS = (
    HEAD
    + """LABELS = [("GPT-4o (best)", "gpt-4o"), ("Fast", "gpt-4o-mini")]
def ask(label):
    print(client.chat.completions.create(model=FOUND, messages=[{"role": "user", "content": label}]))
"""
)


def test_a_label_that_something_is_found_by_stays_and_is_told_of() -> None:
    code = LABELS.replace("FOUND", "dict(LABELS)[label]")
    files = {"app.py": code.encode()}
    inventory, new = pipeline.migrate(files, Settings(map=MAP))
    assert b'("GPT-4o (best)", "gpt-5.5-instant")' in new["app.py"]
    [told] = [one for one in inventory.findings if one.rule == "GPT55-T005"]
    assert "now stands for gpt-5.5-instant" in told.message


def test_a_label_that_is_only_read_is_the_new_ones() -> None:
    code = LABELS.replace("FOUND", "LABELS[len(label) % 2][1]")
    inventory, new = pipeline.migrate({"app.py": code.encode()}, Settings(map=MAP))
    assert b'("GPT-5.5 Instant (best)", "gpt-5.5-instant")' in new["app.py"]
    assert not [one for one in inventory.findings if one.rule == "GPT55-T005"]


def test_a_row_of_a_snapshot_gets_a_label_of_its_own() -> None:
    code = (
        HEAD
        + """SHOWN = {"gpt-4o-2024-08-06": "GPT-4o", "gpt-4o-mini": "GPT-4o mini"}
MODEL = "gpt-4o-2024-08-06"
print(SHOWN[MODEL], client.chat.completions.create(model=MODEL, messages=[]))
"""
    )
    settings = Settings(map={**MAP, "gpt-4o-2024-08-06": "instant"})
    new = pipeline.migrate({"app.py": code.encode()}, settings)[1]["app.py"].decode()
    assert '"gpt-5.5-instant": "GPT-5.5 Instant"' in new


ABLE = (
    HEAD
    + """ABLE = {"NAMED": ["gpt-4o"], "json": ["gpt-4o"]}
MODEL = "gpt-4o"
options = {"model": MODEL, "messages": [{"role": "user", "content": "hi"}]}
if MODEL in ABLE["NAMED"]:
    options["KEY"] = 0.2
print(client.chat.completions.create(**options))
"""
)


def test_a_list_of_who_takes_what_new_models_refuse_gains_none() -> None:
    code = ABLE.replace("NAMED", "temperature").replace("KEY", "temperature")
    assert '"temperature": ["gpt-4o"]' in migrated(code, {})[0]


def test_a_list_of_who_takes_something_else_gains_the_new_one() -> None:
    code = ABLE.replace("NAMED", "seed").replace("KEY", "seed")
    assert '"seed": ["gpt-4o", "gpt-5.5-instant"]' in migrated(code, {})[0]
