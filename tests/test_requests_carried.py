"""Models, texts and clients that get to a call from elsewhere: what is written, and where."""

from __future__ import annotations

from typing import Any

import pytest

from migrator import pipeline
from migrator.settings import Settings
from tests.decided import MAP

ASKS = 'client.chat.completions.create(model="gpt-5", messages=m, reasoning_effort={})'
EFFORTS = {
    "a default": f"def ask(m, effort='minimal'):\n    return {ASKS.format('effort')}\nask([])\n",
    "a name": f"EFFORT = 'minimal'\ndef ask(m):\n    return {ASKS.format('EFFORT')}\n",
    "a function": f"def effort():\n    return 'minimal'\ndef ask(m):\n    return {ASKS.format('effort()')}\n",
    "a choice": f"DEBUG = False\ndef ask(m):\n    return {ASKS.format('None if DEBUG else EFFORTS[0]')}\n"
    "EFFORTS = ['minimal', 'high']\n",
}
CLIENT = "from openai import OpenAI\nclient = OpenAI()\n"


def after(files: dict[str, str], variants: dict[str, str] = MAP) -> dict[str, str]:
    given = {name: text.encode() for name, text in files.items()}
    settings = Settings(map=variants, unproven=True)
    written = pipeline.migrate(given, settings)[1]
    assert pipeline.migrate(written, settings)[1] == written
    return {name: data.decode() for name, data in written.items()}


@pytest.mark.parametrize("code", EFFORTS.values(), ids=EFFORTS)
def test_a_text_is_replaced_where_it_stands(code: str) -> None:
    found = after({"app.py": CLIENT + code})["app.py"]
    assert "minimal" not in found
    assert '"low"' in found
    assert '"gpt-5.5"' in found


def test_a_text_that_a_model_takes_stays() -> None:
    code = CLIENT + EFFORTS["a name"].replace("minimal", "high")
    assert "EFFORT = 'high'" in after({"app.py": code})["app.py"]


POSTS = (
    "import requests\nfrom settings import EFFORT\n"
    "def ask(m):\n    body = {'model': 'gpt-5', 'messages': m, 'reasoning_effort': EFFORT}\n"
    "    return requests.post('https://api.openai.com/v1/chat/completions', json=body, timeout=9)\n"
)


def test_a_text_of_another_module_is_replaced_there() -> None:
    found = after({"app.py": POSTS, "settings.py": "EFFORT = 'minimal'\n"})
    assert found["settings.py"] == 'EFFORT = "low"\n'
    assert "'gpt-5.5'" in found["app.py"]


HELD = (
    "class Owner:\n    @property\n    def share(self):\n        return 0.9\n"
    "def ask(m):\n    return client.responses.create(model='gpt-4o', input=m, top_p=SHARE)\n"
    "SHARE = {'share': Owner().share}.get('share')\n"
)


def test_a_value_that_is_followed_is_no_unset_one() -> None:
    found = after({"app.py": CLIENT + HELD})["app.py"]
    assert "top_p" not in found
    assert "gpt-5.5-instant" in found


@pytest.mark.parametrize(
    "text", ["'{}'.format('gpt-4o')", "'%s' % 'gpt-4o'", "'{name}'.format(name='gpt-4o')"]
)
def test_an_id_in_a_text_that_is_put_together_moves(text: str) -> None:
    code = f"NAME = {text}\ndef ask(m):\n    return client.responses.create(model=NAME, input=m)\n"
    assert "gpt-5.5-instant" in after({"app.py": CLIENT + code})["app.py"]


RECORDS = (
    "from typing import NamedTuple\n{}"
    "class Entry(NamedTuple):\n    model: object\n"
    "ENTRY = Entry('gpt-4o')\n"
    "def ask(m):\n    return {}.chat.completions.create(model=ENTRY.model, messages=m)\n"
)


def test_an_id_in_a_record_goes_where_the_record_goes() -> None:
    code = RECORDS.format("from openai import OpenAI\n", "OpenAI()")
    assert "Entry('gpt-5.5-instant')" in after({"app.py": code})["app.py"]


def test_a_deployment_in_a_record_stays() -> None:
    code = RECORDS.format("from openai import AzureOpenAI\n", "AzureOpenAI()")
    assert after({"app.py": code})["app.py"] == code


def test_an_id_for_another_host_stays_however_the_client_gets_there() -> None:
    made = "OpenAI(base_url='https://api.deepseek.com')"
    code = (
        RECORDS.format("from openai import OpenAI\n", "CLIENTS['main']")
        + f"CLIENTS = dict(main=(lambda: {made})())\n"
    )
    assert after({"app.py": code})["app.py"] == code


ROWS = """\
from openai import OpenAI

OPTIONS = {
    "gpt-4o-mini": {"max_tokens": 60, "user": "me", "temperature": 0.1},
    "gpt-4o": dict(max_tokens=90, presence_penalty=1),
    "our-own": {},
}


def ask(text, model="gpt-4o-mini"):
    return OpenAI().chat.completions.create(model=model, messages=[text], **OPTIONS[model])


def think(text):
    return ask(text, model="gpt-4o")
"""


def test_a_row_of_what_is_sent_holds_what_the_new_model_takes_and_the_old_row_stays() -> None:
    new = after({"app.py": ROWS})["app.py"]
    assert '"gpt-4o-mini": {"max_tokens": 60, "user": "me", "temperature": 0.1},' in new
    assert '"gpt-4o": dict(max_tokens=90, presence_penalty=1),' in new
    assert ': {"max_completion_tokens": 60, "user": "me"},' in new
    assert ": dict(max_completion_tokens=90)," in new


def test_a_row_that_is_read_by_its_fields_keeps_their_names() -> None:
    read = "max_completion_tokens=OPTIONS[model]['max_tokens']"
    new = after({"app.py": ROWS.replace("**OPTIONS[model]", read)})["app.py"]
    assert new.count('"max_tokens": 60') == 2


def test_a_part_of_an_id_is_not_the_id() -> None:
    files = {
        "app.py": CLIENT
        + "import shelve\nfrom names import NAME\nFIRST = shelve.open('names').get('x', NAME[0])\n"
        "def ask(m):\n    return client.chat.completions.create(model=FIRST, messages=m, **shelve.open('options'))\n",
        "names.py": "NAME = 'gpt-4o'\n",
    }
    assert after(files) == files


@pytest.mark.parametrize("path", ["chat.completions.create", "beta.chat.completions.parse"])
def test_a_call_that_is_taken_by_its_path(path: str) -> None:
    send = f"from operator import attrgetter\nsend = attrgetter('{path}')(client)\n"
    new = after({"app.py": CLIENT + send + "send(model='gpt-4o', messages=[], stop=['.'])\n"})["app.py"]
    assert "gpt-5.5" in new
    assert "stop" not in new


JOBS = CLIENT + (
    "from queues import app\n\n@app.task(name='essays')\ndef essay(topic, options=None):\n"
    "    return client.chat.completions.create(model='gpt-4o', messages=topic, **(options or {}))\n"
)


@pytest.mark.parametrize(
    "send", ["send_task('essays', ", "enqueue('jobs.essay', ", "enqueue('work.jobs:essay', "]
)
def test_a_task_that_a_text_names_may_be_given_anything(send: str) -> None:
    main = f"from queues import app\napp.{send}kwargs={{'options': {{'max_tokens': 9}}}})\n"
    files = {"work/jobs.py": JOBS, "main.py": main}
    assert after(files) == files
    files["main.py"] = main.replace("essay", "poem")
    assert "gpt-5.5" in after(files)["work/jobs.py"]


@pytest.mark.parametrize(
    "given",
    ['os.getenv("AZURE_OPENAI_DEPLOYMENT", "gpt-4o")', 'os.environ.get("CHAT_DEPLOYMENT") or "gpt-4o"'],
)
def test_what_stands_for_a_deployment_that_no_setting_names_stays(given: str) -> None:
    code = CLIENT + f"import os\nNAME = {given}\ndef ask(m):\n"
    code += "    return client.chat.completions.create(model=NAME, messages=m)\n"
    assert after({"app.py": code})["app.py"] == code
    plain = code.replace("AZURE_OPENAI_DEPLOYMENT", "CHAT_MODEL").replace("CHAT_DEPLOYMENT", "CHAT_MODEL")
    assert '"gpt-5.5-instant"' in after({"app.py": plain})["app.py"]


TOOLS = 'client.chat.completions.create(model="gpt-5", messages=m, tools=t, reasoning_effort={})'
SENT_EFFORTS = {
    "a default": f"def ask(m, t, effort='medium'):\n    return {TOOLS.format('effort')}\nask([], [])\n",
    "a name": f"EFFORT = 'medium'\ndef ask(m, t):\n    return {TOOLS.format('EFFORT')}\nask([], [])\n",
    "a choice": f"def ask(m, t, far):\n    return {TOOLS.format(chr(39) + 'high' + chr(39) + ' if far else None')}\n",
    "a field": "class Desk:\n    def __init__(self, effort=None):\n        self.effort = effort or 'low'\n"
    f"    def ask(self, m, t):\n        return {TOOLS.format('self.effort')}\nDesk().ask([], [])\n",
}


@pytest.mark.parametrize("code", SENT_EFFORTS.values(), ids=SENT_EFFORTS)
def test_an_effort_beside_tools_is_seen_wherever_it_comes_from(code: str) -> None:
    assert after({"app.py": CLIENT + code})["app.py"] == CLIENT + code


def test_an_effort_that_is_none_everywhere_lets_tools_move() -> None:
    code = CLIENT + SENT_EFFORTS["a name"].replace("medium", "none")
    assert '"gpt-5.5"' in after({"app.py": code})["app.py"]


ARM = """
from dataclasses import dataclass

from openai import OpenAI


@dataclass
class Options:
    model: str = ""
    effort: str = ""


class Worker:
    def __init__(self):
        self.effort = "medium"
        self.thinks = lambda model: model.startswith(("o1", "o3", "gpt-5"))

    def ask(self, text, tools, options):
        body = {"model": options.model, "messages": [text], "tools": tools}
        if self.thinks(options.model):
            body = {**body, "max_completion_tokens": 90, "reasoning_effort": options.effort or self.effort}
        else:
            body = {**body, "max_tokens": 90}
        return OpenAI().chat.completions.create(**body)
"""
USED = "from worker import Options, Worker\n\n\ndef plan(text, tools):\n    {}\n"


def test_an_arm_that_adds_an_effort_beside_tools() -> None:
    use = USED.format('return Worker().ask(text, tools, Options(model="gpt-4o"))')
    flagship = {"gpt-4o": "flagship"}
    assert after({"worker.py": ARM, "use.py": use}, flagship)["use.py"] == use
    plain = after({"worker.py": ARM.replace(', "tools": tools', ""), "use.py": use}, flagship)
    assert "gpt-5.5" in plain["use.py"]


SPREAD = """
from openai import OpenAI


class Base:
    def body(self, messages, tools, **more):
        return {**self.usual, **more, "model": self.model, "messages": messages, "tools": tools}

    def ask(self, messages, tools, **more):
        body = self.body(messages, tools, **more)
        return self.client.chat.completions.create(**body)


class Desk(Base):
    def __init__(self, model="gpt-5", **usual):
        self.client = OpenAI()
        self.model = model
        self.usual = usual
"""


def test_what_is_added_beside_what_may_hold_it_is_given_once() -> None:
    found = after({"app.py": SPREAD})["app.py"]
    assert '({**body, "reasoning_effort": "none"} if "gpt-5.5" in' in found
    sent: list[dict[str, object]] = []

    class Completions:
        def create(self, **given: object) -> None:
            sent.append(given)

    class Client:
        def __init__(self) -> None:
            self.chat = type("Chat", (), {"completions": Completions()})()

    names: dict[str, Any] = {}
    exec(compile(found.replace("from openai import OpenAI", ""), "app.py", "exec"), names)
    names["OpenAI"] = Client
    for model in ("gpt-5.5", "gpt-5"):
        names["Desk"](model, reasoning_effort="low").ask([], [])
    assert [given["reasoning_effort"] for given in sent] == ["none", "low"]


def test_what_is_added_beside_what_is_known_stands_beside_it() -> None:
    code = 'from openai import OpenAI\n\n\ndef ask(m, t):\n    body = {"messages": m, "tools": t}\n'
    code += '    return OpenAI().chat.completions.create(model="gpt-5", **body)\nask([], [])\n'
    found = after({"app.py": code})["app.py"]
    assert 'reasoning_effort="none"' in found
    assert "{**body" not in found


KEPT = """
import os

from openai import OpenAI


class Brain:
    def __init__(self, model, **kept):
        self.model = model
        self.kept = kept
        self.client = OpenAI()

    def ask(self, text):
        return self.client.chat.completions.create(model=self.model, messages=[text], **self.kept)


name = os.getenv("BRAIN", "gpt-5")
brain = Brain(model=name, temperature=0.0)
{later}
brain.ask("hi")
"""


def test_what_an_object_keeps_is_asked_at_the_call_where_its_model_is_set_again() -> None:
    found = after({"app.py": KEPT.format(later='brain.model = input("model? ")')})["app.py"]
    assert 'if key != "temperature" or "gpt-5.5" not in str(self.model)' in found
    assert ", temperature=0.0)" in found
    found = after({"app.py": KEPT.format(later="")})["app.py"]
    assert "in self.kept.items()" not in found


ANOTHER = {
    "a key of what was saved": "brain.model = SAVED['model']",
    "by its name": "setattr(brain, 'model', SAVED['model'])",
    "a method of its own": "brain.switch(SAVED['model'])",
    "an object that holds it": "desk = Desk(brain)\ndesk.brain.model = SAVED['model']",
    "for one call": "brain.ask('hello', SAVED['model'])",
}
MORE = """
class Quick(Brain):
    def switch(self, name):
        self.model = name


class Desk:
    def __init__(self, brain):
        self.brain = brain


"""


@pytest.mark.parametrize("later", ANOTHER.values(), ids=ANOTHER)
def test_a_condition_is_asked_where_another_model_may_have_come(later: str) -> None:
    code = KEPT.replace("name = os", f"{MORE.lstrip()}name = os").replace("= Brain(", "= Quick(")
    code = code.replace("import os\n", "import os\n\nfrom saved import SAVED\n")
    code = code.replace("(self, text)", "(self, text, model=None)").replace(
        "=self.model,", "=model or self.model,"
    )
    found = after({"app.py": code.format(later=later)})["app.py"]
    assert 'if key != "temperature" or "gpt-5.5" not in' in found
    assert "**self.kept)" not in found
    assert ", temperature=0.0)" in found


def test_a_condition_is_asked_where_the_parameter_stands_if_no_other_model_comes() -> None:
    code = KEPT.format(later="other = Brain(model=os.environ['OTHER'], temperature=1)\nother.size = 3")
    found = after({"app.py": code})["app.py"]
    assert "**self.kept)" in found
    assert '**({} if "gpt-5.5" in' in found
