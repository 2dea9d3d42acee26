"""What a look-up answers for a new id: where that is less than it was, the id waits, whatever catches a miss."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from migrator.pipeline import migrate
from migrator.settings import Settings
from tests.decided import spend

CALL = """
from openai import OpenAI


def ask(text, model="gpt-4o"):
    text = text[: room(model) * 3]
    return OpenAI().chat.completions.create(model=model, messages=[{"role": "user", "content": text}])


print(ask("a"))
"""
LITELLM = """
import litellm


def ask(text, model="gpt-4o"):
    said = [{"role": "user", "content": text}]
    answer = litellm.completion(model=model, messages=said)
BODY    return answer


print(ask("a"))
"""


class Program(NamedTuple):
    """A module whose look-up would find less, and the same module where nothing is lost."""

    code: str
    harmless: str


def _tried(handled: str, otherwise: str = "pass") -> str:
    return f"    try:\n        {handled}\n    except Exception:\n        {otherwise}\n"


def _litellm(body: str) -> str:
    return LITELLM.replace("BODY", body)


def _rows(rows: str, body: str, imports: str = "") -> str:
    return f"{imports}\n{rows}\n\ndef room(model):\n{body}\n" + CALL


PATTERNS = 'ROOMS = [("gpt-4o*", 128_000), ("large-*", 200_000)]\n'
FOUND = "    for pattern, size in ROOMS:\n        if {test}:\n            return size\n    return 4_096\n"
PLAIN = """
class Spec:
    def __init__(self, name, room):
        self.name, self.room = name, room


ROOMS = [Spec("gpt-4o", 128_000), Spec("gpt-4", 8_192)]
"""
TAKEN = "    return found[0].room if found else 4_096"
NAMED = """
from collections import namedtuple

Row = namedtuple("Row", "name room")
ROOMS = [Row("gpt-4o", 128_000), Row("gpt-4", 8_192)]
"""
PROGRAMS = {
    "a library's answer with more arguments": Program(
        _litellm(_tried("if litellm.supports_response_schema(model, None):\n            print('json')")),
        _litellm(_tried("if litellm.supports_audio_input(model, None):\n            print('sound')")),
    ),
    "what an answer cost": Program(
        _litellm(
            _tried("cost = litellm.completion_cost(completion_response=answer)", "cost = 0.0")
            + "    said.append(cost)\n"
        ),
        _litellm(_tried("print(litellm.completion_cost(completion_response=answer))")),
    ),
    "what an answer cost, under a name": Program(
        _litellm(_tried("cost = litellm.completion_cost(answer)\n        said.append(cost)")),
        _litellm(_tried("cost = litellm.completion_cost(answer)\n        print(cost)")),
    ),
    "what an object says of its model": Program(
        "import dspy\nimport litellm\n\nlm = dspy.LM('openai/gpt-4o')\ndspy.configure(lm=lm)\n"
        "print(dspy.Predict('q -> a')(q='b' if litellm.supports_function_calling(model=lm.model) else 'c'))\n",
        "import dspy\nimport litellm\n\nlm = dspy.LM('openai/gpt-4o')\ndspy.configure(lm=lm)\n"
        "print(dspy.Predict('q -> a')(q='b' if litellm.supports_audio_input(model=lm.model) else 'c'))\n",
    ),
    "what an answer cost, by its place": Program(
        _litellm(_tried("said.append(litellm.completion_cost(answer))")),
        _litellm(_tried("said.append(len(answer))")),
    ),
    "a library's table with a default": Program(
        _litellm("    print(said[: litellm.model_cost.get(model, {}).get('max_tokens', 9)])\n"),
        _litellm("    print(said[: litellm.model_cost.get('o3', {}).get('max_tokens', 9)])\n"),
    ),
    "what is trimmed to a model": Program(
        _litellm("    said = litellm.utils.trim_messages(said, model)\n"),
        _litellm("    said = litellm.utils.trim_messages(said, model, max_tokens=9_000)\n"),
    ),
    "a price by the second argument": Program(
        "from tokencost import calculate_prompt_cost\n"
        + _rows("", "    return int(calculate_prompt_cost([], model))"),
        "from tokencost import calculate_prompt_cost\n"
        + _rows("", "    return int(calculate_prompt_cost([], 'o3'))"),
    ),
    "a profile of a model": Program(
        "from langchain_openai import ChatOpenAI\n\nllm = ChatOpenAI(model='gpt-4o')\n"
        "print(llm.invoke('a' * (llm.profile or {}).get('max_input_tokens', 4_096)))\n",
        "from langchain_openai import ChatOpenAI\n\nllm = ChatOpenAI(model='gpt-4o')\n"
        "print(llm.invoke('a' * llm.max_retries))\n",
    ),
    "patterns of names": Program(
        _rows(PATTERNS, FOUND.format(test="fnmatch(model, pattern)"), "from fnmatch import fnmatch\n"),
        _rows(
            PATTERNS.replace("-4o*", "-*"),
            FOUND.format(test="fnmatch(model, pattern)"),
            "from fnmatch import fnmatch\n",
        ),
    ),
    "keys that are read out of a text": Program(
        _rows(
            "ROOMS = dict(row.split('=') for row in 'gpt-4o=128000 gpt-4=8192'.split())",
            "    return int(ROOMS.get(model, 4_096))",
        ),
        _rows(
            "ROOMS = dict(row.split('=') for row in 'large=128000 small=8192'.split())",
            "    return int(ROOMS.get('large', 4_096))",
        ),
    ),
    "keys that stand beside their figures": Program(
        _rows(
            "ROOMS = dict(zip(('gpt-4o', 'gpt-4'), (128_000, 8_192)))", "    return ROOMS.get(model, 4_096)"
        ),
        _rows(
            "ROOMS = dict(zip(('large', 'small'), (128_000, 8_192)))", "    return ROOMS.get('small', 4_096)"
        ),
    ),
    "records of which those with a name are taken": Program(
        _rows(PLAIN, "    found = [one for one in ROOMS if one.name == model]\n" + TAKEN),
        _rows(PLAIN, "    found = [one for one in ROOMS if one.name == 'gpt-4']\n" + TAKEN),
    ),
    "keys that are given one by one": Program(
        _rows("ROOMS = {}\nROOMS['gpt-4o'] = 128_000", "    return ROOMS.get(model, 4_096)"),
        _rows("ROOMS = {}\nROOMS['large'] = 128_000", "    return ROOMS.get('large', 4_096)"),
    ),
    "the next of those with a name": Program(
        _rows(NAMED, "    return next((one.room for one in ROOMS if one.name == model), 4_096)"),
        _rows(NAMED, "    return next((one.room for one in ROOMS if one.name == 'gpt-4'), 4_096)"),
    ),
    "what a library made of a text": Program(
        _rows(
            "ROOMS = pd.read_csv(io.StringIO('m,room\\ngpt-4o,128000\\n')).set_index('m')['room'].to_dict()",
            "    return ROOMS.get(model, 4_096)",
            "import io\nimport pandas as pd\n",
        ),
        _rows(
            "ROOMS = pd.read_csv(io.StringIO('m,room\\nlarge,128000\\n')).set_index('m')['room'].to_dict()",
            "    return ROOMS.get('large', 4_096)",
            "import io\nimport pandas as pd\n",
        ),
    ),
    "columns of a library's table": Program(
        _rows(
            "ROOMS = pd.DataFrame({'model': ['gpt-4o', 'gpt-4'], 'room': [128_000, 8_192]}).set_index('model')",
            "    return int(ROOMS.loc[model, 'room'])",
            "import pandas as pd\n",
        ),
        _rows(
            "ROOMS = pd.DataFrame({'name': ['large', 'small'], 'room': [128_000, 8_192]}).set_index('name')",
            "    return int(ROOMS.loc['small', 'room'])",
            "import pandas as pd\n",
        ),
    ),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_an_id_waits_for_which_a_look_up_finds_less(name: str) -> None:
    code = PROGRAMS[name].code
    inventory, new = migrate({"app.py": code.encode()}, Settings())
    assert new["app.py"].decode() == code
    assert any(one.detail for one in inventory.references if one.action == "review")


@pytest.mark.parametrize("name", PROGRAMS)
def test_an_id_moves_where_nothing_is_lost(name: str) -> None:
    code = PROGRAMS[name].harmless
    _, new = migrate({"app.py": code.encode()}, Settings())
    assert "gpt-5.5-instant" in new["app.py"].decode()


RECORDS = """
from dataclasses import dataclass


@dataclass
class Spec:
    name: str
    room: int


SPECS = [Spec("gpt-4o", 128_000), Spec("gpt-4", 8_192)]


def room(model):
    found = [spec for spec in SPECS if spec.name == model]
    return found[0].room if found else 4_096
"""


def test_the_row_of_a_model_that_stays_keeps_its_figure() -> None:
    _, new = migrate({"app.py": (RECORDS + CALL).encode()}, Settings())
    text = new["app.py"].decode()
    assert 'Spec("gpt-4o", 128_000), Spec("gpt-5.5-instant", 512_000)' in text


def test_a_figure_beside_a_model_that_moves_moves() -> None:
    code = RECORDS.replace("SPECS = [", "SPEC = ").replace(', Spec("gpt-4", 8_192)]', "")
    code = code[: code.index("def room")] + CALL.replace("room(model)", "SPEC.room").replace(
        'model="gpt-4o"', "model=SPEC.name"
    )
    _, new = migrate({"app.py": code.encode()}, Settings())
    assert 'Spec("gpt-5.5-instant", 512_000)' in new["app.py"].decode()


NEAR = """
import litellm


def grade(text, model="gpt-4o"):
    extra = {{}}
    if litellm.{answer}(model):
        extra["response_format"] = {{"type": "json_object"}}
    return litellm.completion(model=model, messages=[{{"role": "user", "content": text}}], **extra)
"""


@pytest.mark.parametrize("work", [1, None])
def test_a_library_is_asked_by_names_that_are_near_where_it_is_too_much_to_follow(
    monkeypatch: pytest.MonkeyPatch, work: int | None
) -> None:
    spend(monkeypatch, work)
    for answer, moves in (("supports_response_schema", False), ("supports_audio_input", True)):
        _, new = migrate({"app.py": NEAR.format(answer=answer).encode()}, Settings(unproven=True))
        assert (b"gpt-5.5-instant" in new["app.py"]) == moves


def test_what_tells_models_apart_that_do_not_chat_answers_as_before() -> None:
    code = "    print(litellm.get_model_info(model).get('mode') == 'embedding')\n"
    _, new = migrate({"app.py": _litellm(code).encode()}, Settings())
    assert b"gpt-5.5-instant" in new["app.py"]
    _, new = migrate({"app.py": _litellm(code.replace("'mode'", "'max_tokens'")).encode()}, Settings())
    assert b"gpt-5.5-instant" not in new["app.py"]


ALIASED = """
from genai_prices import Usage, calc_price as figure
from openai import OpenAI


def cost(model, count):
    try:
        return float(figure(Usage(input_tokens=count), model_ref=model).total_price)
    except Exception:
        return 0.0


def run(text, model="gpt-4o-mini"):
    answer = OpenAI().chat.completions.create(model=model, messages=[{"role": "user", "content": text}])
    print(cost(model, answer.usage.prompt_tokens))
    return answer
"""


def test_a_look_up_under_another_name_is_one() -> None:
    files = {"app.py": ALIASED.encode()}
    assert migrate(files, Settings())[1] == files
    plain = {"app.py": ALIASED.replace("figure", "rounded").replace("calc_price as ", "").encode()}
    assert b"gpt-5.5-mini" in migrate(plain, Settings())[1]["app.py"]
