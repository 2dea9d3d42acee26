"""Programs that take more work than is spent on one: what is not found is open, never absent."""

from __future__ import annotations

import pytest

from migrator import pipeline
from migrator.know import solver
from migrator.settings import Settings
from tests.decided import MAP, all_migrated, migrated, spend

SETTINGS = Settings(map=MAP, unproven=True)

HELD = """
from openai import OpenAI

client = OpenAI()


def heat():
    return settings()["heat"]


def settings():
    return dict(heat=0.5)


def ask(model, text):
    return client.chat.completions.create(model=model, messages=text, temperature=heat())


class Desk:
    def __init__(self, model):
        self.model = model

    def answer(self, text):
        return ask(self.model, text)


Desk("gpt-4o").answer([])
"""


SPREAD = """
from litellm import completion


def sent(**options):
    if "logprobs" not in options:
        options["logprobs"] = True
    return completion(**options)


class Desk:
    def __init__(self, model="openai/gpt-4o"):
        self.model = model

    def answer(self, text):
        return sent(model=self.model, messages=text)


Desk().answer([])
"""


MADE = """
from langchain_openai import ChatOpenAI


class Desk:
    def __init__(self, model="gpt-4o"):
        self.model = model

    def chat(self):
        return ChatOpenAI(model=self.model, stop=["."])


Desk().chat().invoke("a note")
"""


def _spread(made: str, more: str = "") -> str:
    """A call whose options a field holds that is made in some way, elsewhere."""
    more = more or ('DEFAULTS = {"temperature": 0.2}' if "DEFAULTS" in made else "")
    return f"""from dataclasses import dataclass, field
from litellm import completion

{more}

class Asker:
    def __init__(self, model="gpt-4o-mini", options=None):
        self.model = model
        {made}

    def ask(self, text):
        return completion(model=self.model, messages=[{{"role": "user", "content": text}}], **self.options)


print(Asker().ask("hi"))
"""


FIELDS = {
    "set by its key": _spread('self.options = options or {}\n        self.options["temperature"] = 0.2'),
    "updated": _spread("self.options = dict(options or {})\n        self.options.update(temperature=0.2)"),
    "merged": _spread("self.options = {**DEFAULTS, **(options or {})}"),
    "copied": _spread("self.options = DEFAULTS.copy()"),
    "joined": _spread("self.options = DEFAULTS | (options or {})"),
    "returned": _spread("self.options = usual()", "def usual():\n    return dict(temperature=0.2)\n"),
    "handed over": _spread(
        "self.options = {}\n        fill(self.options)",
        'def fill(options):\n    options.setdefault("temperature", 0.2)\n',
    ),
    "filtered": _spread("self.options = {k: v for k, v in DEFAULTS.items() if v}"),
    "looked up": _spread('self.options = PRESETS["plain"]', 'PRESETS = {"plain": {"temperature": 0.2}}\n'),
    "looped": _spread(
        "self.options = {}\n        for k in ('temperature', 'top_p'):\n            self.options[k] = 0.2"
    ),
    "under a test that asks nothing of the model": _spread(
        'self.options = {}\n        if model is not None:\n            self.options["temperature"] = 0.2'
    ),
    "handed over by name": _spread(
        "self.options = {}\n        fill(options=self.options)",
        'def fill(*, options):\n    options["temperature"] = 0.2\n',
    ),
    "of a record": _spread(
        "self.options = Usual().options",
        "@dataclass\nclass Usual:\n    options: dict = field(default_factory=lambda: {'temperature': 0.2})\n",
    ),
}


@pytest.mark.parametrize("work", [1, 10, 30, 100])
@pytest.mark.parametrize("code", FIELDS.values(), ids=FIELDS)
def test_what_a_field_holds_that_is_spread_is_looked_for_by_names(
    work: int, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    spend(monkeypatch, work)
    after = pipeline.migrate({"app.py": code.encode()}, SETTINGS)[1]["app.py"].decode()
    told = 'if "gpt-5.5" in', 'if key != "temperature" or "gpt-5.5" not in str(self.model)'
    assert "gpt-5.5" not in after or "temperature" not in after or any(one in after for one in told)


def test_what_a_field_holds_that_no_model_refuses_lets_an_id_move(monkeypatch: pytest.MonkeyPatch) -> None:
    spend(monkeypatch, 1)
    code = FIELDS["merged"].replace("temperature", "user").replace("0.2", '"me"')
    assert "gpt-5.5" in pipeline.migrate({"app.py": code.encode()}, SETTINGS)[1]["app.py"].decode()


@pytest.mark.parametrize("work", [1, 3, 10, 30, 100, 300])
@pytest.mark.parametrize(("code", "refused"), [(HELD, "temperature"), (SPREAD, "logprobs"), (MADE, "stop=")])
def test_an_id_is_not_written_beside_what_it_refuses(
    work: int, code: str, refused: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    spend(monkeypatch, work)
    after = pipeline.migrate({"app.py": code.encode()}, SETTINGS)[1]["app.py"].decode()
    asked = f'({{}} if "gpt-5.5" in str(model) else {{"{refused}"' in after
    assert asked or "gpt-5.5" not in after or refused not in after


def test_with_enough_work_it_moves() -> None:
    after = pipeline.migrate({"app.py": HELD.encode()}, SETTINGS)[1]["app.py"].decode()
    assert "gpt-5.5-instant" in after


FILTERED = """
from openai import OpenAI


class Base:
    def __init__(self, model=None):
        self.model = model or self.default()

    def ask(self, messages, heat=None):
        return self.send(messages, heat)


class Side(Base):
    def default(self):
        return "gpt-4o"

    def send(self, messages, heat):
        given = self.given(messages, heat)
        return OpenAI().chat.completions.create(**given)

    def given(self, messages, heat):
        given = {"model": self.model, "messages": messages, "temperature": heat, "stop": END}
        return {k: v for k, v in given.items() if v is not None}
"""


@pytest.mark.parametrize("work", [1, 10, 100, None])
def test_what_a_method_gives_to_be_spread_is_no_nothing(
    work: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if work is not None:
        monkeypatch.setattr(solver, "MAX_WORK", work)
        monkeypatch.setattr(solver, "MAX_ASKED", work)
        monkeypatch.setattr(solver, "MAX_SECOND_WORK", 0)
    after = pipeline.migrate({"app.py": FILTERED.encode()}, SETTINGS)[1]["app.py"].decode()
    told = after.replace("str(self.model)", "self.model")
    kept = [f'if "gpt-5.5" in self.model else {{"{name}"' in told for name in ("temperature", "stop")]
    assert after == FILTERED or all(kept)


def sender(name: str, address: str) -> str:
    """A client of a family that all are called alike; this one sends a temperature."""
    return f"""
from openai import OpenAI


class {name}:
    def __init__(self, key=None):
        self.client = OpenAI(api_key=key{address})

    def reply(self, text, **more):
        return self.answer(model=more.get("model"), messages=[text], **more)

    def answer(self, model, messages, **more):
        limit = more.get("rounds", 3)
        while limit:
            limit -= 1
            found = self.client.chat.completions.create(
                model=model, messages=messages, temperature=more.get("temperature", 0.3)
            )
        return found
"""


FAMILY = {
    "family/__init__.py": "from .far import Far\nfrom .own import Own\n",
    "family/far.py": sender("Far", ', base_url="https://api.deepseek.com"'),
    "family/own.py": sender("Own", ""),
    "desk.py": """
from family import Far, Own


class Desk:
    def __init__(self, far=None, own=None):
        self.rows = [
            {"model": far or "deepseek-chat", "kind": Far},
            {"model": own or "gpt-4o", "kind": Own},
        ]

    def chosen(self, **more):
        for row in self.rows:
            return row["kind"](**more), row["model"]


def run(text):
    one, model = Desk().chosen()
    return one.answer(model=model, messages=[text]), one.reply(text, model=model)
""",
}


@pytest.mark.parametrize("work", [30, 300, None])
def test_an_id_that_is_only_seen_to_get_to_others_is_not_written_beside_what_it_refuses(
    work: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    spend(monkeypatch, work)
    files = {path: code.encode() for path, code in FAMILY.items()}
    after = pipeline.migrate(files, SETTINGS)[1]
    is_asked = b'"gpt-5.5" in' in after["family/own.py"]
    assert is_asked or b"gpt-5.5" not in after["desk.py"]


KEPT_MODULE = """
import os
from types import SimpleNamespace
from openai import OpenAI


class Completions:
    def __init__(self, module=None):
        if module is None:
            try:
                import litellm as module
            except ImportError as exc:
                raise ImportError("no litellm") from exc
        self._litellm = module

    def create(self, **params):
        return self._litellm.completion(**params)


class Client:
    def __init__(self, module=None):
        self.chat = SimpleNamespace(completions=Completions(module=module))


class Agent:
    def __init__(self, model=None, provider=None):
        if not model:
            model = "gpt-4o-mini"
        self.model = model
        self.client = Client() if provider == "litellm" else OpenAI()

    def run(self, text):
        params = {"model": self.model, "messages": text}
        return self.client.chat.completions.create(**params)


print(Agent(provider=os.environ.get("PROVIDER")).run([]))
"""


@pytest.mark.parametrize("work", [30, 100, 300, None])
def test_a_library_that_a_field_keeps_is_called_also_where_that_takes_too_much(
    work: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    spend(monkeypatch, work)
    after = pipeline.migrate({"app.py": KEPT_MODULE.encode()}, SETTINGS)[1]
    assert b'"gpt-5.5-mini"' not in after["app.py"]


MEMBERSHIP = """
import json

from litellm import completion


def factory(key=None, model=None, **more):
    model = model.lower()
    if model in ["gpt-4-turbo", "gpt-4o", "gpt-4o-mini"]:
        return Engine(model=model, **more)
    elif model in ["large-1", "large-2"]:
        return None
    raise ValueError(f"{model} is not known")


class Engine:
    def __init__(self, model=None, heat=0, **more):
        self.model = model

    def ask(self, text, model=None):
        return completion(model=model if model else self.model, messages=text)


class Agent:
    def __init__(self, path=None, model="gpt-4o", heat=0.9):
        if path is not None:
            config = json.load(open(path))
        else:
            config = {"engine": {"model": model, "heat": heat}}
        self.engine = factory(**config["engine"])
"""


@pytest.mark.parametrize("work", [300, 1000])
def test_an_id_is_not_led_into_an_error_nor_bare_to_a_library_that_looks_it_up(
    work: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    spend(monkeypatch, work)
    after = pipeline.migrate({"app.py": MEMBERSHIP.encode()}, SETTINGS)[1]["app.py"].decode()
    default = after.partition("path=None, model=")[2].partition(",")[0]
    known = after.partition("if model in [")[2].partition("]")[0]
    assert default in ('"gpt-4o"', '"openai/gpt-5.5-instant"')
    assert default in known


LOOKED_UP = """
import json

from litellm import completion
{more}

class Engine:
    def __init__(self, config, model=None):
        self.model = model or config.get("name", "gpt-4o")

    def ask(self, text, tail=""):
        return completion(model=self.model if not tail else f"openai/{{tail}}", messages=text)

    def asked(self, text):
        return {call}


Engine(json.load(open("engine.json"))).ask("a")
"""


def test_an_id_that_gets_bare_to_a_library_that_looks_it_up_is_written_behind_what_it_wants() -> None:
    alone = migrated(LOOKED_UP.format(more="", call="None")).after
    assert 'config.get("name", "openai/gpt-5.5-instant")' in alone
    call = "OpenAI().chat.completions.create(model=self.model, messages=text)"
    both = migrated(LOOKED_UP.format(more="from openai import OpenAI\n", call=call))
    assert both.after == both.before
    assert {one.reason for one in both.inventory.references} == {"must-move-together"}


QUEUED = """
from queue import Queue

from openai import OpenAI

import parts

client = OpenAI()
jobs = Queue()


def ask():
    return client.chat.completions.create(**jobs.get())


def main(rows):
    jobs.put({"model": "gpt-4o", "messages": rows, "max_tokens": 50})
    return parts.part_0(rows, rows), ask()
"""
FOLLOWED = ["", "\ndef given():\n    return jobs\n"]
OUT_OF_SIGHT = [
    "\nfrom feeding import fill\nfill(jobs)\n",
    "\nimport feeding\nfeeding.start(run=ask, args=(jobs,))\n",
]


def _parts(count: int) -> str:
    """Functions that call one another in circles, and all of which call something's `get`."""
    calls = "def part_{0}(given, other):\n    seen = given.get('{0}', other)\n    return part_{1}(other.get(seen), given)\n"
    return "\n\n".join(calls.format(at, (at * 7 + 1) % count) for at in range(count))


@pytest.mark.parametrize("more", [*FOLLOWED, *OUT_OF_SIGHT])
def test_what_comes_out_of_a_queue_is_what_is_put_into_it_however_many_ask_something_for_more(
    more: str,
) -> None:
    files = {"app.py": (QUEUED + more).encode(), "parts.py": _parts(60).encode()}
    after = pipeline.migrate(files, SETTINGS)[1]["app.py"].decode()
    assert ('"max_completion_tokens": 50' in after) == (more in FOLLOWED)
    assert ("gpt-4o" in after) == (more in OUT_OF_SIGHT)


KEPT_APART = {
    "options.py": """
class Plugin:
    def __init__(self, window):
        self.window = window
        self.window.add_option("model", use="models", value="gpt-4o")
""",
    "chat.py": """
from openai import OpenAI


class Chat:
    def __init__(self, window):
        self.window = window

    def client(self):
        args = {"api_key": self.window.get("key")}
        return OpenAI(**args)

    def send(self, context):
        given = {}
        if context.most > 0:
            given["LIMIT"] = context.most
        return self.client().chat.completions.create(
            messages=[{"role": "user", "content": context.text}], model=self.of(context).id, **given
        )

    def of(self, context):
        return context.model or self.window.models.get(context.name)
""",
}


@pytest.mark.parametrize("work", [10, 30, None])
def test_an_id_whose_only_ways_are_too_much_to_follow_is_not_written_beside_what_they_may_send(
    work: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    spend(monkeypatch, work)
    files = {path: code.replace("LIMIT", "max_tokens").encode() for path, code in KEPT_APART.items()}
    after = pipeline.migrate(files, SETTINGS)[1]
    is_fitting = b"max_completion_tokens" in after["chat.py"]
    assert is_fitting or b"gpt-5.5" not in after["options.py"]


@pytest.mark.parametrize("work", [30, None])
def test_it_is_written_where_they_send_what_it_takes(
    work: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    spend(monkeypatch, work)
    files = {
        path: code.replace("LIMIT", "max_completion_tokens").encode() for path, code in KEPT_APART.items()
    }
    assert b"gpt-5.5" in pipeline.migrate(files, SETTINGS)[1]["options.py"]


@pytest.mark.parametrize("work", [10, 30])
def test_tools_are_not_sent_without_what_they_need_where_that_is_too_much_to_follow(
    work: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    spend(monkeypatch, work)
    files = {path: code.replace("LIMIT", "tools").encode() for path, code in KEPT_APART.items()}
    files["options.py"] = files["options.py"].replace(b"gpt-4o", b"gpt-5")
    after = pipeline.migrate(files, SETTINGS)[1]
    assert b"reasoning_effort" in after["chat.py"] or b"gpt-5.5" not in after["options.py"]


def handed_over(how: str) -> str:
    """A call that is handed what sends a request, in one of several ways."""
    return f"""
import asyncio
import functools
from concurrent.futures import ThreadPoolExecutor

from openai import OpenAI


class Desk:
    def __init__(self, settings, key=None):
        self.settings = settings
        self.key = key
        self.client = None
        self.pool = ThreadPoolExecutor()

    def open(self):
        self.client = OpenAI(api_key=self.key)

    async def answer(self, text):
        params = {{"model": self.settings.model, "messages": [text], "max_tokens": 300}}
        send = self.client.chat.completions.create
        {how}


class Settings:
    def __init__(self, model="gpt-4o"):
        self.model = model


desk = Desk(Settings())
desk.open()
asyncio.run(desk.answer({{"role": "user", "content": "hi"}}))
"""


WRITTEN = "model=self.settings.model, messages=[text], max_tokens=300"


@pytest.mark.parametrize("work", [1, 30, 300, None])
@pytest.mark.parametrize(
    "how",
    [
        f"return await asyncio.to_thread(self.client.chat.completions.create, {WRITTEN})",
        f"return await asyncio.to_thread(send, {WRITTEN})",
        f"return self.pool.submit(self.client.chat.completions.create, {WRITTEN}).result()",
        f"return functools.partial(self.client.chat.completions.create, {WRITTEN})()",
        "return await asyncio.to_thread(self.client.chat.completions.create, **params)",
    ],
    ids=["in a thread", "by a name", "in a pool", "in part", "spread"],
)
def test_what_is_handed_over_to_be_called_is_asked_as_it_is_written(
    how: str, work: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    spend(monkeypatch, work)
    code = handed_over(how)
    after = pipeline.migrate({"app.py": code.encode()}, SETTINGS)[1]["app.py"].decode()
    assert "max_completion_tokens" in after or "gpt-5.5" not in after
    assert work is not None or "gpt-5.5" in after


def seeing(test: str, more: str = "") -> str:
    """A class whose pictures hang on a test of a field's model."""
    return f"""
from openai import OpenAI

{more}

class Looker:
    def __init__(self, model="gpt-4o", client=None):
        self.model = model
        self.client = client or OpenAI()

    def look(self, text, shot=None):
        name = self.model.lower()
        {test}
        if sees:
            parts = [{{"type": "text", "text": text}}, {{"type": "image_url", "image_url": {{"url": shot}}}}]
            return self.client.chat.completions.create(
                model=self.model, messages=[{{"role": "user", "content": parts}}]
            )
        return self.client.chat.completions.create(
            model=self.model, messages=[{{"role": "user", "content": text}}]
        )


Looker().look("what is this?", "https://example.com/shot.png")
"""


SEEING = {
    "pieces in a list": seeing('sees = shot and any(one in name for one in ["gpt-4", "gemini"])'),
    "beginnings in a constant": seeing(
        "sees = any(self.model.startswith(one) for one in SEEING)", 'SEEING = ("gpt-4", "claude")\n'
    ),
    "a piece": seeing('capable = "gpt-4" in name\n        sees = shot and capable'),
    "a list of names": seeing("sees = self.model in SEEING", 'SEEING = ["gpt-4o", "gpt-4-turbo"]\n'),
}


@pytest.mark.parametrize("work", [1, 10, 100, None])
@pytest.mark.parametrize("code", SEEING.values(), ids=SEEING)
def test_a_test_that_is_too_much_to_follow_is_asked_by_its_form(
    code: str, work: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    spend(monkeypatch, work)
    after = pipeline.migrate({"app.py": code.encode()}, SETTINGS)[1]["app.py"].decode()
    names: dict[str, object] = {}
    sent: list[object] = []

    class Completions:
        def create(self, **given: object) -> None:
            sent.append(given["messages"])

    class Client:
        def __init__(self) -> None:
            self.chat = type("Chat", (), {"completions": Completions()})()

    exec(
        compile(after.replace("from openai import OpenAI", ""), "app.py", "exec"), names | {"OpenAI": Client}
    )
    assert "image_url" in str(sent[0]), after


@pytest.mark.parametrize("work", [1, 100])
def test_a_test_of_which_a_new_id_loses_nothing_lets_it_move(
    work: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    spend(monkeypatch, work)
    code = seeing('sees = shot and any(one in name for one in ["gpt-", "gemini"])')
    after = pipeline.migrate({"app.py": code.encode()}, SETTINGS)[1]["app.py"].decode()
    assert '"gpt-5.5' in after


STORE = """
from dataclasses import dataclass, field

import httpx

SHELVES = {
    "openai": {"address": "https://api.openai.com", "offers": ["gpt-4o", "gpt-4o-mini"]},
    "groq": {"address": "https://api.groq.com/openai", "offers": ["llama-3.3-70b-versatile"]},
}


@dataclass
class Shelf:
    address: str
    key: str = ""
    offers: list = field(default_factory=list)
    usual: str = ""


class Counter:
    def __init__(self, shelf: Shelf):
        self.shelf = shelf

    def chosen(self, model):
        if model:
            return model
        if self.shelf.usual:
            return self.shelf.usual
        return self.shelf.offers[0] if self.shelf.offers else ""


class Asking(Counter):
    def ask(self, messages, model="", **more):
        body = {"model": self.chosen(model), "messages": messages}
        TAKEN
        return httpx.post(f"{self.shelf.address}/v1/chat/completions", json=body).json()


def of_openai(key="", address=""):
    shelf = SHELVES["openai"]
    return Asking(Shelf(address or shelf["address"], key, shelf["offers"], usual="gpt-4o-mini"))


def of_groq(key=""):
    shelf = SHELVES["groq"]
    return Asking(Shelf(shelf["address"], key, shelf["offers"], usual="llama-3.3-70b-versatile"))


def nearby(address=""):
    return Asking(Shelf(address or "http://localhost:8080"))
"""
REST = """
from store import Asking, of_groq, of_openai, nearby
from somewhere import Notes, Weights

KINDS = {"openai": Asking, "groq": Asking, "near": Asking}


class Room:
    def __init__(self, limit=None, notes=None):
        self.limit, self.notes = limit or Weights(), notes or Notes()

    def weigh(self, parts):
        found = [self.notes.shaped(one) for one in parts]
        for one in found:
            one.weight = self.limit.weighed(one)
        return sorted(found, key=lambda one: one.weight)

    def fitting(self, parts):
        taken, used = [], 0
        for one in self.weigh(parts):
            if used + one.weight <= self.limit.most:
                taken.append(one)
                used += one.weight
        return taken


class Desk:
    def __init__(self):
        self.asking, self.room = {}, Room()

    def get(self, name, shelf):
        if name not in self.asking:
            self.asking[name] = KINDS.get(name, Asking)(shelf)
        return self.asking[name]
"""
TAKEN = """for key in ("temperature", "max_tokens", "stop"):
            if key in more:
                body[key] = more[key]"""


@pytest.mark.parametrize("work", [100, 150, 200, None])
@pytest.mark.parametrize("is_whole", [False, True])
def test_what_callers_outside_give_is_refused_whatever_else_the_program_does(
    work: int | None, is_whole: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An object that is too much to find may be any; a body of which too much is made holds what it is given."""
    spend(monkeypatch, work)
    files = {"store.py": STORE.replace("TAKEN", TAKEN).encode()}
    files |= {"desk.py": REST.encode()} if is_whole else {}
    inventory, after = pipeline.migrate(files, SETTINGS)
    assert after == files
    assert all("would send" in str(one.detail) for one in inventory.references if one.reason)


def test_a_body_that_takes_nothing_of_callers_moves() -> None:
    files = {"store.py": STORE.replace("TAKEN", "").encode(), "desk.py": REST.encode()}
    assert b'usual="gpt-5.5-mini"' in pipeline.migrate(files, SETTINGS)[1]["store.py"]


TWO_VENDORS = """
from openai import OpenAI


class First:
    def __init__(self, options):
        self.model = options.get("model", "gpt-4o-mini")
        self.client = OpenAI()

    def answer(self, text):
        return self.client.chat.completions.create(model=self.model, messages=text)


class Second:
    def __init__(self, options):
        self.model = options.get("model", "mimo-v2.5")
        self.client = OpenAI(base_url=options.get("url", "ADDRESS"))

    def answer(self, text):
        given = {"model": self.model, "messages": text, "temperature": 0.2}
        return self.client.chat.completions.create(**given)


def made(options):
    return First(options) if options.get("first") else Second(options)
"""


@pytest.mark.parametrize(
    ("address", "work", "moves"),
    [
        ("https://api.xiaomimimo.com/v1", None, True),
        ("https://api.xiaomimimo.com/v1", 0, True),
        ("https://api.openai.com/v1", 0, False),
    ],
)
def test_an_address_beside_a_client_says_whose_it_is_where_that_takes_too_much(
    address: str, work: int | None, moves: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    spend(monkeypatch, work)
    after = migrated(TWO_VENDORS.replace("ADDRESS", address), unproven=work == 0 and moves).after
    assert ("gpt-5.5-mini" in after) is moves
    assert '"temperature": 0.2}' in after


SERVICE = """
import os

from openai import OpenAI


class Service:
    def __init__(self, model=None):
        self.model = model or os.getenv("OPENAI_MODEL", "gpt-5")
        self.client = OpenAI()

    def send(self, request):
        payload = self.built(request)
        return self.client.chat.completions.create(**payload, stream=False)

    def built(self, request):
        payload = {"model": self.model, "messages": request.messages}
        if request.tools:
            payload["tools"] = request.tools
        return payload
"""
ASKING = '**({"reasoning_effort": "none"} if "gpt-5.5" in payload["model"] else {})'


@pytest.mark.parametrize(("code", "asks"), [(SERVICE, True), (SERVICE.replace('"tools"', '"stop"'), False)])
@pytest.mark.parametrize("work", [None, 40])
def test_an_effort_beside_tools_asks_for_the_model_of_the_body(
    code: str, asks: bool, work: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    spend(monkeypatch, work)
    done = migrated(code, map={"gpt-5": "flagship"}, unproven=work is not None)
    assert (ASKING in done.after) is asks


ARMS = """
from openai import OpenAI

client = OpenAI()


class Desk:
    def __init__(self, kind, model="gpt-4o-mini", heat=0.2):
        self.kind, self.model, self.heat = kind, model, heat

    def ask(self, text):
        if self.kind == "old":
            given = {"model": self.model, "prompt": text, "temperature": self.heat}
            return client.completions.create(**given)
        given = {"model": self.model, "messages": text}
        return client.chat.completions.create(**given)
"""


@pytest.mark.parametrize("work", [None, 0])
def test_what_another_arm_puts_under_the_same_name_is_not_spread(
    work: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    spend(monkeypatch, work)
    code = ARMS.replace("client.completions.create", "print")
    done = all_migrated(code, map={"gpt-4o-mini": "mini"})
    assert done.after == done.before.replace("gpt-4o-mini", "gpt-5.5-mini")


BESIDE = """
from openai import OpenAI


class Judge:
    def __init__(self, model="gpt-4o-mini", heat=0.0):
        self.model, self.heat, self.client = model, heat, OpenAI()

    def ask(self, text):
        given = {"model": self.model, "temperature": self.heat, "messages": text}
        return self.client.chat.completions.create(**given)


def judge(options):
    return Judge(model=options.model) if options.model else Judge()
"""


@pytest.mark.parametrize("work", [None, 0, 60])
def test_what_stands_beside_the_model_asks_for_it_there(
    work: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    spend(monkeypatch, work)
    after = migrated(BESIDE, map={"gpt-4o-mini": "mini"}, unproven=work is not None).after
    assert '"model": self.model, **({} if "gpt-5.5" in ' in after
    assert "create(**given)" in after
