"""Notebooks: their cells are one module, and every byte outside an edit survives."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings, strategies

from migrator import pipeline
from migrator.settings import Settings

HEAD = ["from openai import OpenAI\n", "client = OpenAI()\n", 'MODEL = "gpt-4o"  # é']
CALL = ["client.chat.completions.create(model=MODEL, messages=[], max_tokens=900)"]


def notebook(*cells, indent=1, ascii_only=False, language="python"):
    """A notebook of code cells; a text is a markdown cell."""
    held = [
        {"cell_type": "markdown", "metadata": {}, "source": [cell]}
        if isinstance(cell, str)
        else {
            "cell_type": "code", "execution_count": 1, "id": f"c{n}", "metadata": {"b": 1, "a": 2},
            "outputs": [{"output_type": "stream", "name": "stdout", "text": ["gpt-4o\n"]}],
            "source": cell[0] if len(cell) == 1 and "\n" in cell[0][:-1] else list(cell),
        }
        for n, cell in enumerate(cells)
    ]  # fmt: skip
    meta = {"kernelspec": {"display_name": "x", "language": language, "name": "x"}}
    whole = {"cells": held, "metadata": meta, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, indent=indent, ensure_ascii=ascii_only).encode()


def migrated(data, **more):
    files = {"book.ipynb": data, **more}
    inventory, new = pipeline.migrate(files, Settings())
    assert pipeline.migrate(new, Settings())[1] == new, "a second run changes something"
    return inventory, new["book.ipynb"]


def expected(data):
    return data.replace(b'MODEL = \\"gpt-4o', b'MODEL = \\"gpt-5.5-instant').replace(
        b"max_tokens", b"max_completion_tokens"
    )


@pytest.mark.parametrize("indent", [1, 4, None])
@pytest.mark.parametrize("ascii_only", [True, False])
def test_cells_are_one_module(indent, ascii_only):
    data = notebook("# gpt-4o", HEAD, [], CALL, indent=indent, ascii_only=ascii_only) + b"\r\n"
    inventory, new = migrated(data)
    assert new == expected(data)
    assert [site.cell for site in inventory.call_sites] == [4]
    assert {one.cell for one in inventory.references} == {1, 2}


BESIDE = [
    ["!pip install openai\n", "%load_ext x"],
    ["%%bash\n", "echo gpt-4o\n", "for"],
    ["files = !ls \\\n", "  -l\n", "client?\n", "?client"],
    ["if x:\n", "    !ls\n", "    %matplotlib inline"],
    ["def broken(:\n", "    'gpt-4o'"],
    ['"""\n', "%time not magic\n", '"""\n', "!ls"],
    ["x = '\u27e63\u27e7'"],
    ["0x0;  y"],
    ["%%writefile a.py\n", "MODEL = 'gpt-4o'"],
    ["await f()\n", "r = 1;"],
]


@pytest.mark.parametrize("cell", BESIDE, ids=lambda cell: cell[0].strip())
def test_what_is_no_python_stays(cell):
    data = notebook(HEAD, cell, CALL)
    inventory, new = migrated(data)
    assert new == expected(data)
    assert not inventory.diagnostics


@pytest.mark.parametrize("magic", ["%time r = ", "%timeit ", "  %prun "])
def test_code_behind_a_magic_is_code(magic):
    data = notebook(HEAD, ["if 1:\n" if magic[0] == " " else "!ls\n", magic + CALL[0]])
    assert migrated(data)[1] == expected(data)


def test_a_cell_with_a_timer_is_code():
    data = notebook(HEAD, ["%%time\n", *CALL])
    assert migrated(data)[1] == expected(data)


def test_lines_go_and_come_in_a_cells_own_layout():
    call = [
        "client.chat.completions.create(\n",
        "    model=MODEL,\n",
        "    temperature=0,\n",
        "    messages=[],\n",
        ")",
    ]
    for form in (call, ["".join(call)]):
        data = notebook(HEAD, form)
        new = json.loads(migrated(data)[1])
        assert "".join(new["cells"][1]["source"]) == "".join(
            line for line in call if "temperature" not in line
        )
        assert isinstance(new["cells"][1]["source"], list) == (form is call)


def test_escapes_of_other_writers_survive():
    data = notebook(HEAD, CALL).replace(b"messages=[]", b"messages=[\\u003c1, '\\ud83d\\ude00\\/']")
    data = data.replace(b"[\\u003c1, ", b"['\\u003c', ")
    assert migrated(data)[1] == expected(data)


def test_a_broken_cell_that_names_a_model_is_told():
    inventory, _ = migrated(notebook(["'gpt-4o' ("], HEAD))
    told = [(one.cell, one.message) for one in inventory.findings]
    assert told[0][0] == 1
    assert told[0][1].startswith("cell 1: names gpt-4o and is not read: line 1 of the cell:")


def test_a_module_beside_it_is_its_own():
    helper = (
        b"def ask(client, model):\n    return client.chat.completions.create(model=model, max_tokens=9)\n"
    )
    data = notebook(HEAD, ["from helper import ask\n", "ask(client, MODEL)"])
    inventory, new = pipeline.migrate({"book.ipynb": data, "helper.py": helper}, Settings())
    assert new["book.ipynb"] == expected(data)
    assert b"max_completion_tokens" in new["helper.py"]
    assert [site.path for site in inventory.call_sites] == ["helper.py"]


@pytest.mark.parametrize(
    "data",
    [
        b'{"cells": [',
        b"[]",
        b'{"cells": [{}]}',
        b"<<<<<<< a\n" + notebook(HEAD),
        b'{"cells": 1, "a": "gpt-4o"}',
    ],
)
def test_what_is_no_notebook_is_one_line(data):
    inventory, new = migrated(data)
    assert new == data
    assert [one.path for one in inventory.diagnostics] == ["book.ipynb"]


def test_noop_another_language_is_no_python():
    data = notebook(HEAD, CALL, language="R")
    assert migrated(data)[1] == data


_LINES = strategies.sampled_from(
    [
        "x = 1",
        "",
        "!ls \\",
        "%time x = 2",
        "    y",
        "'''",
        "é = '😀'",
        "for a in b:",
        "%%time",
        "x?",
        "# gpt-4o",
        "\\",
    ]
)


@settings(max_examples=25, deadline=None)
@given(strategies.lists(strategies.lists(_LINES, max_size=5), max_size=4), strategies.booleans())
def test_every_byte_outside_a_cell_survives(cells, ascii_only):
    others = [[line + "\n" for line in lines] for lines in cells]
    data = notebook(HEAD, *others, CALL, ascii_only=ascii_only)
    assert migrated(data)[1] == expected(data)
