"""What is twice as large takes about twice as long."""

from __future__ import annotations

import time

import pytest

from migrator.pipeline import migrate
from migrator.read.parsing import MAX_MARKS
from migrator.settings import Settings

HEAD = "from openai import OpenAI\n\nclient = OpenAI()\n"


def calls(number):
    call = 'client.chat.completions.create(model="gpt-4o", messages=[], max_tokens={})\n'
    return HEAD + "".join(call.format(n + 1) for n in range(number))


def table(number):
    rows = "".join(f'    "name-{n}": {{"context": {1000 + n}, "out": {n}}},\n' for n in range(number))
    use = 'def f(m="gpt-4o"):\n    return client.responses.create(model=m, input="x", max_output_tokens=T[m]["out"])\n'
    return f'{HEAD}T = {{\n{rows}    "gpt-4o": {{"context": 128_000, "out": 5}},\n}}\n\n\n{use}\n\nf()\n'


def turns(number):
    """Each call is told what the earlier ones answered."""
    call = 'r = client.chat.completions.create(model="gpt-4o", messages=told, max_tokens=5)\n'
    kept = 'told.append({{"role": "assistant", "content": r.choices[0].message.content + "{}"}})\n'
    return f"{HEAD}told = []\n" + "".join(call + kept.format(n) for n in range(number))


def repeated(number):
    """The same lines again and again, each with an edit that takes something away."""
    call = 'r = client.chat.completions.create(model="gpt-4o", messages=[], temperature=0.1)\nprint(r)\n'
    return HEAD + call * number


@pytest.mark.parametrize(("made", "size"), [(calls, 100), (table, 300), (turns, 40), (repeated, 50)])
def test_time_grows_with_size(made, size):
    """Eight times as much in less than twenty times the time; what is quadratic takes sixty-four times."""
    took = []
    for number in (size, size * 8):
        start = time.process_time()
        _, files = migrate({"m.py": made(number).encode()}, Settings())
        took.append(time.process_time() - start)
        assert b"gpt-4o" not in files["m.py"] or made is table
    assert took[1] < 20 * max(took[0], 0.3), took


def test_two_million_brackets_are_not_read():
    data = b"X = [" + b"[]," * (MAX_MARKS // 2 + 1) + b"]\nM = 'gpt-4o'\n"
    inventory, _ = migrate({"m.py": data}, Settings())
    assert [problem.code for problem in inventory.diagnostics] == ["too-large"]
