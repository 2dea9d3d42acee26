"""Prompts as templates: what a call sends, read from the source alone."""

import json

import pytest

from migrator.pipeline import migrate
from migrator.settings import Settings

HEAD = "from openai import OpenAI\nclient = OpenAI()\n"


def prompt(source, **files):
    given = {"app.py": (HEAD + source).encode(), **{f"{n}.py": t.encode() for n, t in files.items()}}
    inventory, _ = migrate(given, Settings())
    (site,) = [s for s in inventory.call_sites if s.path == "app.py"]
    return site.prompt


def texts(source, **files):
    return [f"{m.role}: {m.text}" for m in prompt(source, **files).messages]


def call(content, before="", argument="text"):
    return (
        f"def run({argument}):\n{before}"
        f'    return client.chat.completions.create(model="gpt-4o", messages=[{{"role": "user", '
        f'"content": {content}}}])\n'
    )


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        ('"Say " + text', "Say {{text}}"),
        ('f"Say {text!r} to {text.name}"', "Say {{text}} to {{name}}"),
        ('"Say {} and {x}".format(text, x=text[0])', "Say {{text}} and {{x}}"),
        ('"Say %s, %d times" % (text, 3)', "Say {{text}}, 3 times"),
        ('"Say %(what)s, 5 %%" % {"what": text}', "Say {{text}}, 5 %"),
        ('Template("Say $what").substitute(what=text)', "Say {{what}}"),
        ('", ".join(["a", text])', "a, {{text}}"),
        ('dedent("Say") + text.strip()', "Say{{text}}"),
        ('"JSON {{x}}" + text', 'JSON {{ "{{" }}x}}{{text}}'),
        ('f"{{literal}} {text}"', "{literal} {{text}}"),
        ("text", "{{text}}"),
        ('["a", "b"][1]', "b"),
    ],
)
def test_texts(content, wanted):
    source = "from string import Template\nfrom textwrap import dedent\n" + call(content)
    assert texts(source) == [f"user: {wanted}"]


def test_what_is_added_to_a_text_belongs_to_it():
    before = '    prompt = "First."\n    prompt += f" Then {text}."\n'
    assert texts(call("prompt", before)) == ["user: First. Then {{text}}."]


def test_constants_of_other_modules_and_functions_that_build_texts():
    source = "from prompts import RULES, build\n" + call("RULES + build(text)")
    module = 'RULES = "Be brief. "\n\ndef build(question):\n    return f"Question: {question}"\n'
    assert texts(source, prompts=module) == ["user: Be brief. Question: {{text}}"]


def test_lists_that_grow():
    before = (
        '    messages = [{"role": "system", "content": "S"}]\n    messages.append({"role": "user", '
        '"content": text})\n'
        '    messages += [{"role": "assistant", "content": "A"}]\n'
    )
    source = (
        f'def run(text):\n{before}    return client.chat.completions.create(model="gpt-4o", '
        f"messages=messages)\n"
    )
    assert texts(source) == ["system: S", "user: {{text}}", "assistant: A"]


def test_two_expressions_of_one_name_are_two_variables():
    found = prompt(call('f"{a.text} and {b.text}"', argument="a, b"))
    assert found.messages[0].text == "{{text}} and {{text_2}}"
    assert [v.source for v in found.variables] == ["a.text", "b.text"]


def test_wrappers_are_seen_through():
    source = (
        "def ask(prompt, system='Help.', **options):\n"
        "    return client.chat.completions.create(model='gpt-4o-mini', **options, messages=[\n"
        "        {'role': 'system', 'content': system}, {'role': 'user', 'content': prompt}])\n"
    )
    caller = (
        "from app import ask\n\ndef title(text):\n    return ask(f'Title: {text}', model='gpt-4o', "
        "max_tokens=9)\n"
    )
    inventory, _ = migrate({"app.py": (HEAD + source).encode(), "use.py": caller.encode()}, Settings())
    found = next(s.prompt for s in inventory.call_sites if s.path == "use.py")
    assert [m.text for m in found.messages] == ["Help.", "Title: {{text}}"]
    assert found.request == {"max_tokens": "9"}
    assert found.via == "app.py:4"


def test_the_form_of_the_answer():
    source = (
        "from pydantic import BaseModel\nfrom typing import Literal, Optional\n\n"
        "class Item(BaseModel):\n    name: str\n    kind: Literal['a', 'b']\n    size: Optional[int] = "
        "None\n    tags: list[str]\n\n"
        "def run(text):\n"
        "    return client.chat.completions.parse(model='gpt-4o', messages=[], response_format=Item, "
        "max_tokens=50)\n"
    )
    found = prompt(source)
    assert found.response == "schema"
    schema = json.loads(found.response_schema)
    assert schema["required"] == ["name", "kind", "tags"]
    assert schema["properties"]["kind"] == {"enum": ["a", "b"]}
    assert schema["properties"]["tags"] == {"type": "array", "items": {"type": "string"}}
    assert found.output_cap == 50


def test_loops_pools_streams_and_tools():
    loop = "def run(rows):\n    for r in rows:\n        one(r)\n\n" + call('"x" + text').replace(
        "def run", "def one"
    )
    assert prompt(loop).repeated
    pool = "def go(pool, rows):\n    pool.map(run, rows)\n\n" + call('"x" + text')
    assert prompt(pool).repeated
    assert not prompt(call('"x" + text')).repeated
    tools = '[{"type": "function", "function": {"name": "find", "parameters": {}}}]'
    found = prompt(call('"x"').replace('model="gpt-4o"', f'model="gpt-4o", stream=True, tools={tools}'))
    assert found.streams
    assert found.tools == ("find",)


def test_circles_end():
    source = call("a(text)") + "def a(x):\n    return 'A' + b(x)\n\ndef b(x):\n    return 'B' + a(x)\n"
    assert texts(source)[0].startswith("user: A")


def test_keys_and_headers_are_no_part_of_a_request():
    source = call('"x"').replace(
        'model="gpt-4o"', 'model="gpt-4o", extra_headers={"a": "b"}, api_key="k", seed=3'
    )
    assert prompt(source).request == {"seed": "3"}
