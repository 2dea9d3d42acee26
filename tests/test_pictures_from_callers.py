"""Pictures that come from callers: no text-only model where they may come to it."""

from __future__ import annotations

import pytest

from migrator import pipeline
from migrator.settings import Settings

CHAT = """
from openai import OpenAI


class Chat:
    def __init__(self, model="gpt-4o-mini"):
        self.model, self.log = model, []

    def ask(self, {parameter}):
        self.log.append(shown(prompt))
        messages = [{"role": "user", "content": prompt}]
        return OpenAI().chat.completions.create(model=self.model, messages=messages)
"""
ASKS = {
    "a comparison": '    return ["(image)" if part["type"] == "image_url" else part["text"] for part in content]\n',
    "a collection": '    return [part for part in content if part["type"] not in ("image_url", "input_image")]\n',
    "a pattern": (
        '    match content[0]["type"]:\n        case "image_url":\n            return "(image)"\n    return content\n'
    ),
}
TEXT = '    return "".join(part["text"] for part in content if part["type"] == "text")\n'


def written(body: str, parameter: str = "prompt") -> str:
    code = f"def shown(content):\n{body}\n{CHAT.replace('{parameter}', parameter)}"
    return pipeline.migrate({"app.py": code.encode()}, Settings())[1]["app.py"].decode()


@pytest.mark.parametrize("body", ASKS.values(), ids=ASKS)
def test_what_callers_give_may_be_pictures_where_the_program_asks(body):
    assert 'model="gpt-5.5-instant"' in written(body)


def test_what_callers_give_is_no_picture_where_nobody_asks():
    assert 'model="gpt-5.5-mini"' in written(TEXT)


def test_a_text_by_its_declaration_is_no_picture():
    assert 'model="gpt-5.5-mini"' in written(ASKS["a comparison"], "prompt: str")


SUMMARY = """
import openai


def text_of(content):
    return content if isinstance(content, str) else " ".join(b["text"] for b in content if b["type"] == "text")


def summarize(messages, model):
    text = "\\n".join(text_of(m["content"]) for m in messages)
    return openai.OpenAI().chat.completions.create(model=model, messages=[{"role": "user", "content": text}])


def compress(messages, keep=5, model="gpt-4o-mini"):
    return summarize(messages[:-keep], model)
"""
TEST = """
from summary import text_of


def test_pictures_are_left_out():
    assert text_of([{"type": "text", "text": "a"}, {"type": "image_url", "image_url": "b"}]) == "a"
"""


def test_a_picture_of_a_test_is_sent_by_no_program():
    files = {"summary.py": SUMMARY.encode(), "tests/test_summary.py": TEST.encode()}
    assert 'model="gpt-5.5-mini"' in pipeline.migrate(files, Settings())[1]["summary.py"].decode()
    program = {"summary.py": SUMMARY.encode(), "sending.py": TEST.replace("test_", "send_").encode()}
    assert 'model="gpt-5.5-instant"' in pipeline.migrate(program, Settings())[1]["summary.py"].decode()


LIST = """
from openai import OpenAI

SUPPORTED = {"llava": "local", "gpt-4o": "openai", "gpt-4o-mini": "openai", "deepseek-chat": "deepseek"}


class Reader:
    def __init__(self, model):
        try:
            self.vendor = SUPPORTED[model]
        except KeyError:
            raise ValueError(model)
        self.model = model

    def page(self, png):
        parts = [{"type": "image_url", "image_url": {"url": png}}]
        return OpenAI().chat.completions.create(model=self.model, messages=[{"role": "user", "content": parts}])
"""


def test_a_look_up_whose_error_is_translated_offers_what_it_holds():
    moving = (
        LIST
        + "\n\ndef tag(text):\n    return OpenAI().responses.create(model='gpt-4o-mini', input='Tag: ' + text)\n"
    )
    after = pipeline.migrate({"app.py": moving.encode()}, Settings())[1]["app.py"].decode()
    assert '"gpt-5.5-mini": "openai"' not in after
    text = moving.replace('[{"type": "image_url", "image_url": {"url": png}}]', "png")
    assert (
        '"gpt-5.5-mini": "openai"'
        in pipeline.migrate({"app.py": text.encode()}, Settings())[1]["app.py"].decode()
    )


MANY = """
from openai import OpenAI


class Client:
    def __init__(self, model="gpt-4o-mini"):
        self.model = model

    def ask(self, messages):
        return OpenAI().chat.completions.create(model=self.model, messages=messages)


def by_name(name):
    return Client(name) if name else Client("gpt-4o-mini")


class Judge:
    def __init__(self, client=None, name=None):
        self.given, self.name = client, name

    def client(self):
        if self.given is not None:
            return self.given
        return by_name(self.name) if self.name else by_name(None)

    def score(self, text):
        return self.client().ask([{"role": "user", "content": text}])
"""
SEEING = """

class Seeing(Judge):
    def look(self, urls):
        parts = [{"type": "image_url", "image_url": {"url": url}} for url in urls]
        return self.client().ask([{"role": "user", "content": parts}])
"""
KINDS = "\n\nclass Kind{0}({1}):\n    def __init__(self, **kwargs):\n        super().__init__(**kwargs)\n"
OBJECTS = "\n\ndef judge_{0}(name, client):\n    return Kind{0}(name=name), Kind{0}(client=client)\n"


@pytest.mark.parametrize("count", [0, 1, 2, 3, 5, 9])
def test_no_caller_is_lost_where_objects_have_many_classes(count):
    kinds = [(n, "Seeing" if n % 2 else "Judge") for n in range(count)]
    more = "".join(KINDS.format(*one) + OBJECTS.format(*one) for one in kinds)
    text = MANY + "\n\nclass Seeing(Judge):\n    pass\n" + more
    assert "gpt-5.5-mini" not in after(MANY + SEEING + more)
    assert "gpt-5.5-mini" in after(text)


def after(code: str) -> str:
    return pipeline.migrate({"app.py": code.encode()}, Settings())[1]["app.py"].decode()


TEMPLATES = """
from parts import Message

TEMPLATES = {"OpenAI": {"api_base": "https://api.openai.com/v1", "model_config": {"model": "gpt-4o-mini"}}}


def message(text, shown):
    return Message(text, shown).parts()
"""
PARTS = """
class Message:
    def __init__(self, text, shown):
        self.text, self.shown = text, shown

    def parts(self):
        return [{"type": "text", "text": self.text}, PART]
"""
SENDING = """
from openai import OpenAI


def ask(text):
    return OpenAI().chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": text}])
"""


def templates(**files: str) -> str:
    given = {"templates.py": TEMPLATES, **{f"{name}.py": text for name, text in files.items()}}
    done = pipeline.migrate({path: text.encode() for path, text in given.items()}, Settings(unproven=True))[1]
    return done["templates.py"].decode()


def test_ids_and_pictures_that_both_get_nowhere_may_meet():
    shown = PARTS.replace("PART", '{"type": "image_url", "image_url": {"url": self.shown}}')
    assert '"gpt-5.5-instant"' in templates(parts=shown)
    assert '"gpt-5.5-mini"' in templates(parts=PARTS.replace("PART", '{"type": "text", "text": self.shown}'))
    assert '"gpt-5.5-mini"' in templates(parts=shown, sending=SENDING)


DESK = """
from openai import OpenAI


class Desk:
    def __init__(self, key, model="gpt-4o-mini"):
        self.client, self.model = OpenAI(api_key=key), model

    def read(self, text):
        return self.send([{"role": "user", "content": text}])

    def look(self, text, url):
        part = {"type": PART, "image_url": {"url": url}}
        return self.send([{"role": "user", "content": [{"type": "text", "text": text}, part]}])

    def send(self, messages):
        return self.client.chat.completions.create(model=self.model, messages=messages)
"""
DESKS = "from desk import Desk\n\n\ndef run(key, url):\n    return Desk(key, 'gpt-4o').CALL\n"


def desk(part: str, call: str) -> str:
    files = {"desk.py": DESK.replace("PART", part).encode(), "run.py": DESKS.replace("CALL", call).encode()}
    return pipeline.migrate(files, Settings())[1]["desk.py"].decode()


@pytest.mark.parametrize("call", ["look('lamp', url)", "read('lamp')"])
def test_a_default_that_the_program_never_leaves_to_it_is_for_callers_who_send_pictures(call):
    assert 'model="gpt-5.5-instant"' in desk('"image_url"', call)


def test_a_default_that_the_program_never_leaves_to_it_is_for_texts_where_no_picture_is_sent():
    assert 'model="gpt-5.5-mini"' in desk('"text"', "read('lamp')")


STORED = """
from openai import OpenAI


def look(settings, content):
    messages = [{"role": "user", "content": CONTENT}]
    return OpenAI().chat.completions.create(model=settings["model"], messages=messages)
"""
PICTURE = '[{"type": "image_url", "image_url": {"url": content}}]'


@pytest.mark.parametrize(("content", "variant"), [(PICTURE, "gpt-5.5-instant"), ("content", "gpt-5.5-mini")])
def test_an_id_that_may_come_to_a_model_that_nobody_knows_reads_what_is_sent_there(content, variant):
    first = 'import json\n\n\ndef first(path):\n    path.write_text(json.dumps({"model": "gpt-4o-mini"}))\n'
    files = {"look.py": STORED.replace("CONTENT", content).encode(), "first.py": first.encode()}
    after = pipeline.migrate(files, Settings(unproven=True))[1]
    assert f'"{variant}"' in after["first.py"].decode()


DRAWING = {
    "models.py": """
from openai import OpenAI


class Sending:
    def __init__(self, name):
        self.name = name

    def send(self, messages):
        return OpenAI().chat.completions.create(model=self.name, messages=messages)


def pick(kind):
    if kind == "small":
        return Sending("gpt-4o-mini")
    return Sending("gpt-4o")
""",
    "flow.py": """
from models import pick


class Flow:
    def __init__(self, kind):
        self.node = made(pick(kind))


def made(sending):
    def node(state):
        state["messages"].append(SHOWN)
        return sending.send(state["messages"])
    return node
""",
}
PLOT = '{"role": "user", "content": [{"type": "image_url", "image_url": {"url": state["plot"]}}]}'
WORDS = '{"role": "user", "content": state["plot"]}'


@pytest.mark.parametrize(("shown", "written"), [(PLOT, "gpt-5.5-instant"), (WORDS, "gpt-5.5-mini")])
def test_a_picture_that_is_added_to_what_callers_hold_is_sent_to_all_that_come_there(shown, written):
    files = {path: text.replace("SHOWN", shown).encode() for path, text in DRAWING.items()}
    new = pipeline.migrate(files, Settings(unproven=True))[1]["models.py"].decode()
    assert f'Sending("{written}")\n    return' in new
