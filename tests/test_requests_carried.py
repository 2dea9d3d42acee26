"""Models, texts and clients that get to a call from elsewhere: what is written, and where."""

from __future__ import annotations

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


def after(files: dict[str, str]) -> dict[str, str]:
    given = {name: text.encode() for name, text in files.items()}
    written = pipeline.migrate(given, Settings(map=MAP))[1]
    assert pipeline.migrate(written, Settings(map=MAP))[1] == written
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
