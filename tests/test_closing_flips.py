"""The edited program is asked what its tests on a model's name say of the new id: less than before is held."""

from __future__ import annotations

import pytest

from migrator import pipeline
from migrator.settings import Settings
from tests.decided import MAP

CALL = """
from openai import OpenAI


def send(model, text, **options):
    messages = [{"role": "user", "content": text}]
    return OpenAI().chat.completions.create(model=model, messages=messages, **options)
"""


def moved(files: dict[str, str]) -> tuple[dict[str, str], str]:
    """The files after migration (a second one changes nothing), and what is said of ids that wait."""
    settings = Settings(map=MAP)
    sources = {path: text.encode() for path, text in files.items()}
    inventory, written = pipeline.migrate(sources, settings)
    assert pipeline.migrate(written, settings)[1] == written
    held = "\n".join(f"{r.reason}: {r.detail}" for r in inventory.references if r.action == "review")
    return {path: content.decode() for path, content in written.items()}, held


HELD = {
    "pieces of a name": """
def run(model, text):
    match model.split("-", 2):
        case ["gpt", "4o", *_]:
            return send(model, text)
        case ["o3", *_]:
            return send(model, text, reasoning_effort="low")
        case _:
            raise ValueError(model)


run("gpt-4o", "hello")
""",
    "a helper says no": """
def known(name):
    return name[4:6] in ("4o", "5-")


def run(model, text):
    if not known(model):
        raise LookupError(model)
    return send(model, text)


run("gpt-4o", "hello")
""",
    "another vendor's way": """
def run(engine, text):
    if engine.removeprefix("openai/")[:6] == "gpt-4o":
        return send(engine, text)
    return ask_elsewhere(engine, text)


run("gpt-4o", "hello")
""",
}


@pytest.mark.parametrize("code", HELD.values(), ids=HELD)
def test_an_id_waits_where_a_test_gives_it_less(code: str) -> None:
    files = {"app.py": CALL + code}
    written, held = moved(files)
    assert written == files or "gpt-5.5" not in written["app.py"]
    assert "branch-flips" in held
    assert "for gpt-4o" in held
    assert "for gpt-5.5-instant" in held


MOVED = {
    "both arms take it": HELD["pieces of a name"].replace(', "4o", *_', ", *_"),
    "the helper says yes": HELD["a helper says no"].replace('("4o", "5-")', '("4o", "5-", "5.")'),
    "no other way": HELD["another vendor's way"].replace('[:6] == "gpt-4o"', '[:3] == "gpt"'),
    "only told": """
def run(model, text):
    if model[:6] == "gpt-4o":
        print("the old one")
    return send(model, text)


run("gpt-4o", "hello")
""",
}


@pytest.mark.parametrize("code", MOVED.values(), ids=MOVED)
def test_an_id_moves_where_it_is_given_the_same(code: str) -> None:
    written, _ = moved({"app.py": CALL + code})
    assert '"gpt-5.5-instant", "hello"' in written["app.py"]


HELPER = """
def key(model):
    return "max_completion_tokens" if model.startswith({prefixes}) else "max_tokens"


def options(model, cap, heat=None):
    chosen = {{key(model): cap}}
    if heat is not None and key(model) == "max_tokens":
        chosen["temperature"] = heat
    return chosen
"""
USE = """
from helper import options

MODEL = "gpt-4o"
send(MODEL, "hello", **options(MODEL, 600, heat=0.8))
"""


@pytest.mark.parametrize("prefixes", ['("o1", "o3")', '("o1", "gpt-5")'], ids=["widened", "right already"])
def test_what_the_new_id_never_comes_to_stays(prefixes: str) -> None:
    before = HELPER.format(prefixes=prefixes)
    written, _ = moved({"app.py": CALL + USE, "helper.py": before})
    assert 'MODEL = "gpt-5.5-instant"' in written["app.py"]
    assert 'chosen["temperature"] = heat' in written["helper.py"]
    assert "pass" not in written["helper.py"]
    assert (written["helper.py"] == before) == ("gpt-5" in prefixes)
    names: dict[str, object] = {}
    exec(written["helper.py"], names)
    assert names["options"]("gpt-5.5-instant", 600, heat=0.8) == {"max_completion_tokens": 600}  # type: ignore[operator]
    assert names["options"]("gpt-4o", 600, heat=0.8) == {"max_tokens": 600, "temperature": 0.8}  # type: ignore[operator]


EARLY = """
def key(model):
    if model.startswith({prefixes}):
        return "max_completion_tokens"
    return "max_tokens"


def options(model, cap):
    return {{key(model): cap}}
"""
ANY = """
from openai import OpenAI

PIECES = {pieces}


class Driver:
    def __init__(self, model="gpt-4o"):
        self.model = model

    @property
    def is_reasoning_model(self):
        return any(piece in self.model for piece in PIECES)

    def options(self):
        return {{}} if self.is_reasoning_model else {{"temperature": 0.3}}

    def ask(self, messages):
        return OpenAI().chat.completions.create(model=self.model, messages=messages, **self.options())


Driver().ask([])
"""


@pytest.mark.parametrize("prefixes", ['("o1", "o3")', '("o1", "gpt-5")'], ids=["widened", "right already"])
def test_a_helper_that_returns_early_is_followed(prefixes: str) -> None:
    before = EARLY.format(prefixes=prefixes)
    use = USE.replace(", heat=0.8", "")
    written, _ = moved({"app.py": CALL + use, "helper.py": before})
    assert 'MODEL = "gpt-5.5-instant"' in written["app.py"]
    assert (written["helper.py"] == before) == ("gpt-5" in prefixes)


def test_what_pieces_of_a_name_decide_is_followed() -> None:
    right, _ = moved({"app.py": ANY.format(pieces='("o1", "5.5")')})
    assert 'model="gpt-5.5-instant"' in right["app.py"]
    assert '"temperature": 0.3' in right["app.py"]
    other, _ = moved({"app.py": ANY.format(pieces='("o1", "o3")')})
    assert other["app.py"] == right["app.py"].replace('"5.5"', '"o3", "gpt-5.5-instant"')


BODY = """
from openai import OpenAI
{imports}

def body(model, messages):
    found = {{"model": model, "messages": messages}}
    if {test}:
        found["max_completion_tokens"] = 900
    else:
        found["max_tokens"] = 900
        found["temperature"] = 0.4
    return found


def ask(messages, model="gpt-4o"):
    return OpenAI().chat.completions.create(**body(model, messages))


ask([])
ask([], "gpt-5-mini")
"""
WIDER = {
    "a pattern": (
        "import re\n\nTHINKS = re.compile(r'^(o[13]|gpt-5)(-mini)?$')",
        "THINKS.fullmatch(model)",
        r"gpt-5)(-mini)?$|^gpt-5\.5-instant$|^gpt-5\.5-mini$'",
    ),
    "a helper with a pattern": (
        "import re\n\n\ndef thinks(name):\n    return re.match('o1|gpt-5-', name) is not None",
        "thinks(model)",
        r"'o1|gpt-5-|^gpt-5\\.5-instant$|^gpt-5\\.5-mini$'",
    ),
    "a set": (
        'THINKS = {"o3", "gpt-5-mini"} | {"o1"}',
        "model in THINKS",
        '{"o3", "gpt-5-mini", "gpt-5.5-mini"} | {"o1", "gpt-5.5-instant"}',
    ),
    "a list of what does not": (
        'SAMPLES = ["gpt-4o", "gpt-5-mini"]',
        'not (model != "gpt-5-mini")',
        'model not in ("gpt-5-mini", "gpt-5.5-instant", "gpt-5.5-mini")',
    ),
    "beginnings": (
        "",
        'model.lower().startswith("gpt-5-")',
        'startswith(("gpt-5-", "gpt-5.5"))',
    ),
    "a flag": (
        "",
        '(lambda thinking: thinking)("gpt-5-" in model)',
        "",
    ),
}


@pytest.mark.parametrize(("before", "test", "after"), WIDER.values(), ids=WIDER)
def test_a_test_gains_the_ids_that_its_arm_is_right_for(before: str, test: str, after: str) -> None:
    files = {"app.py": BODY.format(imports=before, test=test)}
    written, held = moved(files)
    if not after:
        assert held
        assert written == files
        return
    assert after in written["app.py"]
    assert '"gpt-5.5-mini")' in written["app.py"]
    assert 'found["max_tokens"] = 900' in written["app.py"]
    assert 'found["temperature"] = 0.4' in written["app.py"]
    assert not held


MEMBERS = """
from enum import {base}

from openai import OpenAI


class Engine({bases}):
    GPT_4O = "gpt-4o"
    GPT_5 = "gpt-5"

    @property
    def thinks(self):
        return self in {{Engine.GPT_5}}


class Job:
    def __init__(self, engine=Engine.GPT_4O, effort=None):
        if engine.thinks{more}:
            self.options = {{"reasoning_effort": effort}}
        elif effort is not None:
            raise ValueError("this engine takes no effort")
        else:
            self.options = {{}}
        self.engine = engine

    def run(self, messages):
        return OpenAI().chat.completions.create(model=self.engine.value, messages=messages, **self.options)


Job().run([])
Job(Engine.GPT_5, "low").run([])
"""


@pytest.mark.parametrize(("base", "bases"), [("Enum", "Enum"), ("StrEnum", "StrEnum"), ("Enum", "str, Enum")])
def test_a_set_of_members_gains_the_new_member(base: str, bases: str) -> None:
    written, _ = moved({"app.py": MEMBERS.format(base=base, bases=bases, more="")})
    assert "return self in {Engine.GPT_5, Engine.GPT_5_5}" in written["app.py"]
    assert 'Job(Engine.GPT_5_5, "low")' in written["app.py"]


def test_a_set_of_members_that_does_not_decide_alone_holds_and_says_so() -> None:
    files = {"app.py": MEMBERS.format(base="Enum", bases="Enum", more=" and engine.value[:5] == 'gpt-5'[:5]")}
    written, _ = moved(files)
    assert (
        'Job(Engine.GPT_5_5, "low")' not in written["app.py"] or "Engine.GPT_5, Engine" in written["app.py"]
    )


TOP = """
import os

from openai import OpenAI

{name} = os.getenv("CHOSEN", "gpt-4o")
room = {{"max_completion_tokens": 400}} if {name} == "gpt-5" else {{"max_tokens": 400}}
OpenAI().chat.completions.create(model={name}, messages=[], **room)
"""


@pytest.mark.parametrize("name", ["MODEL", "engine"])
def test_a_name_that_the_environment_may_set_is_taken_value_by_value(name: str) -> None:
    written, _ = moved({"app.py": TOP.format(name=name)})
    assert 'os.getenv("CHOSEN", "gpt-5.5-instant")' in written["app.py"]
    assert f'if {name} in ("gpt-5", "gpt-5.5-instant") else' in written["app.py"]
    assert '{"max_tokens": 400}' in written["app.py"]


BESIDE = """
import os

from openai import OpenAI


class Settings:
    model = os.getenv("CHOSEN") or "gpt-4o"
    THINKING = {{"o3-mini", "gpt-5"}}

    @property
    def thinks(self):
        return any({form} for one in self.THINKING)

    def options(self):
        if {test}:
            return {{"max_completion_tokens": 70}}
        return {{"max_tokens": 70, "temperature": 0.1}}


settings = Settings()
OpenAI().chat.completions.create(model=settings.model, messages=[], **settings.options())
"""
FORMS = {
    "a set": ("self.model == one", "self.model in self.THINKING"),
    "a property": ("self.model == one or self.model.startswith(one + '-')", "self.thinks"),
}


@pytest.mark.parametrize(("form", "test"), FORMS.values(), ids=FORMS)
def test_what_a_setting_may_be_besides_leads_the_new_id_nowhere_else(form: str, test: str) -> None:
    written, held = moved({"app.py": BESIDE.format(form=form, test=test)})
    assert 'os.getenv("CHOSEN") or "gpt-5.5-instant"' in written["app.py"]
    assert '"gpt-5.5-instant"}' in written["app.py"]
    assert '{"max_tokens": 70' in written["app.py"]
    assert not held


FAMILY = """
class Plain:
    def send(self, name):
        return send(name, "plain")


class Deep:
    def send(self, name):
        return send(name, "deep")


def made(name):
    return Deep() if name.startswith({told}) else Plain()


NAME = "gpt-4o"
made(NAME).send(NAME)
"""


def test_an_arm_that_names_the_new_family_is_meant_for_it() -> None:
    written, held = moved({"app.py": CALL + FAMILY.format(told='("o3", "gpt-5")')})
    assert 'NAME = "gpt-5.5-instant"' in written["app.py"]
    assert "branch-flips: `" not in held


def test_an_arm_that_does_not_name_the_new_family_is_not() -> None:
    code = FAMILY.format(told='"o3"').replace(
        "if name.startswith", "if not name[:6] == 'gpt-4o' or name.startswith"
    )
    written, held = moved({"app.py": CALL + code})
    assert 'NAME = "gpt-4o"' in written["app.py"]
    assert "branch-flips" in held


KINDS = """
from enum import Enum

from openai import OpenAI


class Kind(Enum):
    CHAT = "chat"
    THINK = "think"


KINDS = {rows}


def body(model):
    match KINDS[model]{item}:
        case Kind.CHAT:
            return {{"model": model, "max_tokens": 70, "temperature": 0.1}}
        case Kind.THINK:
            return {{"model": model, "max_completion_tokens": 700}}


OpenAI().chat.completions.create(messages=[], **body("gpt-4o"))
"""


def test_a_row_is_written_after_the_one_whose_arm_is_right() -> None:
    rows = '{"gpt-4o": Kind.CHAT, "o3-mini": Kind.THINK}'
    written, held = moved({"app.py": KINDS.format(rows=rows, item="")})
    assert '"gpt-5.5-instant": Kind.THINK' in written["app.py"]
    assert '"max_tokens": 70, "temperature": 0.1' in written["app.py"]
    assert not held


def test_a_row_that_states_figures_is_not_another_model_s() -> None:
    rows = '{"gpt-4o": (Kind.CHAT, 128_000), "o3-mini": (Kind.THINK, 200_000)}'
    written, _ = moved({"app.py": KINDS.format(rows=rows, item="[0]")})
    assert "200_000), " not in written["app.py"]
    assert '"gpt-5.5-instant": (Kind.THINK' not in written["app.py"]


STYLE = """
from openai import OpenAI

OLD_STYLE = {{"gpt-4o", "gpt-4-turbo"}}


def cap(model, room):
    name = "max_tokens"
    if model not in OLD_STYLE:
        name = {other!r}
    return {{name: room}}


def ask(messages, model="gpt-4o"):
    return OpenAI().chat.completions.create(model=model, messages=messages, **cap(model, 90))


ask([])
"""


def test_an_id_does_not_join_a_set_by_which_it_would_be_refused() -> None:
    written, held = moved({"app.py": STYLE.format(other="max_completion_tokens")})
    assert 'OLD_STYLE = {"gpt-4o", "gpt-4-turbo"}' in written["app.py"]
    assert 'model="gpt-5.5-instant"' in written["app.py"]
    assert not held


def test_an_id_that_both_ways_refuse_waits() -> None:
    files = {"app.py": STYLE.format(other="top_logprobs")}
    written, held = moved(files)
    assert 'model="gpt-4o"' in written["app.py"]
    assert held


SORTS = """
from openai import OpenAI

CHAT = {{"gpt-4o", "gpt-4-turbo"}}
THINKS = {{"o3-mini"}}


def body(model):
    assert model in CHAT | THINKS
    if model in THINKS:
        return {{"model": model, "max_completion_tokens": 700}}
    elif model in CHAT:
        return {{"model": model, "{name}": 70}}
    raise ValueError(model)


OpenAI().chat.completions.create(messages=[], **body("gpt-4o"))
"""


def test_an_id_joins_the_set_that_knows_better_before_it_leaves_the_other() -> None:
    written, held = moved({"app.py": SORTS.format(name="max_tokens")})
    assert 'THINKS = {"o3-mini", "gpt-5.5-instant"}' in written["app.py"]
    assert '"max_tokens": 70' in written["app.py"]
    assert not held


def test_an_id_joins_no_second_set_where_the_first_is_right() -> None:
    written, _ = moved({"app.py": SORTS.format(name="max_completion_tokens")})
    assert 'THINKS = {"o3-mini"}' in written["app.py"]
    assert 'CHAT = {"gpt-4o", "gpt-5.5-instant", "gpt-4-turbo"}' in written["app.py"]


@pytest.mark.parametrize(("rows", "callers"), [(3, 1), (18, 2), (40, 4)])
def test_a_table_of_patterns_tells_however_many_rows_and_callers_it_has(rows: int, callers: int) -> None:
    table = "".join(f'    (r"^other-{n}$", "x"),\n' for n in range(rows))
    others = "".join(
        f"\n\ndef other{n}(*, model):\n    name = lookup(model)\n    return lambda text: (name, text)\n"
        for n in range(callers)
    )
    code = (
        f'import re\n\nRAW = [\n    (r"^gpt-4o-mini$", "o200k"),\n{table}]\n'
        "TABLE = [(re.compile(pattern), name) for pattern, name in RAW]\n\n\n"
        "def lookup(model):\n    for pattern, name in TABLE:\n        if pattern.match(model):\n"
        "            return name\n    return None\n\n\n"
        "def first(*, model):\n    def run(data):\n        return lookup(data.get('model') or model)\n\n"
        f"    return run\n{others}\n\n"
        'class Core:\n    def __init__(self):\n        self.run = first(model="gpt-4o-mini")\n'
    )
    inventory, new = pipeline.migrate({"app.py": code.encode()}, Settings(unproven=True))
    assert new["app.py"].decode() == code
    assert {one.reason for one in inventory.references} == {"branch-flips"}


CHOSEN = """
import os

from openai import OpenAI

REASONING = ["gpt-5", "gpt-5-mini", "o3"]


def search(text, effort=None):
    model = os.getenv("MODEL", "gpt-5-mini")
    sent = {"model": model, "input": text}
    if model in REASONING:
        if model == "gpt-5-mini":
            effort = effort or "low"
        else:
            effort = effort or "medium"
        sent["reasoning"] = {"effort": effort}
    return OpenAI().responses.create(**sent)
"""


def test_a_value_that_a_test_of_one_of_several_names_chooses_is_kept():
    files, held = moved({"app.py": CHOSEN})
    assert 'getenv("MODEL", "gpt-5-mini")' in files["app.py"]
    assert "branch-flips: `model == " in held
    same = CHOSEN.replace('"low"', '"medium"')
    assert 'getenv("MODEL", "gpt-5.5-mini")' in moved({"app.py": same})[0]["app.py"]
