"""What a summary counts is what the list under it shows, and no explanation contradicts another."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from ci_support import project
from ci_support import within as tool
from inventories import inventory, reference

from migrator.report import words
from migrator.report.ledger import ledger
from migrator.report.style import PLAIN

FIXTURES = Path(__file__).parents[1] / "fixtures"
HEAD = "from openai import AzureOpenAI, OpenAI\n\nclient = OpenAI()\n"
CALL = "\n\ndef {name}(m):\n    return client.chat.completions.create(model={model}, messages=m{rest})\n"


def call(name: str, model: str, rest: str = "") -> str:
    return CALL.format(name=name, model=model, rest=rest)


SHARED = (
    HEAD
    + 'MODEL = "gpt-4o"\n'
    + call("review_contract", "MODEL").replace(
        "return", '"""Review the legal contract clause by clause."""\n    return'
    )
    + call("classify_intent", "MODEL", ", max_tokens=4")
)
FLIP = (
    HEAD
    + call("answer", '"gpt-4o"')
    + (
        "\n\ndef role(model):\n    return 'system' if model.startswith('gpt-4o') else 'developer'\n\n\nROLE = role('gpt-4o')\n"
    )
)
OTHERS = (
    HEAD
    + call("answer", '"gpt-4o"')
    + (
        "\n\nother = OpenAI(base_url='https://openrouter.ai/api/v1')\n"
        "other.chat.completions.create(model='openai/gpt-4o', messages=[])\n"
    )
)
TREES = {
    "plain": {"app.py": HEAD + call("answer", '"gpt-4o"', ", max_tokens=9")},
    "many": {
        f"m{n}.py": HEAD + call("answer", f'"gpt-{n % 2 + 4}{"o" * (1 - n % 2)}"', ", temperature=0")
        for n in range(9)
    },
    "shared": {"app.py": SHARED},
    "flip": {"app.py": FLIP},
    "azure": {"app.py": HEAD.replace("OpenAI()", "AzureOpenAI()") + call("answer", '"gpt-4o"')},
    "others": {"app.py": OTHERS},
    "tests": {
        "app.py": HEAD + call("answer", '"gpt-4o"'),
        **{f"tests/test_{n}.py": HEAD + call("asked", '"gpt-4o-mini"') for n in range(3)},
    },
    "silenced": {
        "app.py": HEAD
        + 'MODEL = "gpt-4o"  # gpt55: ignore -- the contract names it\n'
        + call("answer", "MODEL")
    },
    "pinned": {
        "app.py": HEAD + call("a", '"gpt-4o"', ", max_tokens=9"),
        "requirements.txt": "openai==1.30\n",
    },
    "desk": {},
}


def tree(tmp_path: Path, name: str) -> Path:
    if name == "desk":
        shutil.copytree(FIXTURES / "support_desk", tmp_path / "proj")
        return tmp_path / "proj"
    root = project(tmp_path)
    for path, text in TREES[name].items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text)
    return root


def section(text: str, title: str) -> tuple[str, list[str]]:
    """The note beside a section's title, and its lines."""
    found = re.search(rf"(?m)^{title}(?:  (.*))?\n((?:  .*\n)*)", text)
    return ((found[1] or ""), found[2].splitlines()) if found else ("", [])


def numbers(note: str) -> list[int]:
    return [int(number.replace(",", "")) for number in re.findall(r"(?<![\w.-])\d[\d,]*(?![\w.-])", note)]


@pytest.mark.parametrize("name", TREES)
def test_each_count_is_what_its_list_shows(tmp_path, name):
    root = tree(tmp_path, name)
    text = tool("review", ".", "-v", cwd=root, code=0).stdout
    found = json.loads(tool("scan", "--format", "json", cwd=root).stdout)
    references, sites = found["references"], found["call_sites"]
    calls, mentions = numbers(text.splitlines()[0])[:2]
    assert (
        mentions
        == len(references)
        == sum(found["summary"][a] for a in ("rewrite", "extend", "review", "leave"))
    )
    rows = [line for line in section(text, "Recommended")[1] if "further call sites" not in line]
    assert calls == sum(int(re.split(r" {2,}", line.strip())[1]) for line in rows)
    beside = [line.partition("sites: ")[2] for line in section(text, "Recommended")[1] if "further" in line]
    assert calls + sum(numbers(beside[0]) if beside else []) == len(sites)
    note, lines = section(text, "Will change")
    files = [line for line in lines if "…" not in line]
    edits = [one for one in found["edits"] if one.get("selected", True)]
    if note != "nothing":
        assert numbers(note)[:2] == [len(edits), len({one["path"] for one in edits})]
        more = sum(n for line in lines if "…" in line for n in numbers(line))
        assert len(files) + more == len({one["path"] for one in edits})
    note, lines = section(text, "Needs a person")
    if lines and not any("…" in line for line in lines):
        assert numbers(note) == [sum(int(re.split(r" {2,}", line.strip())[1]) for line in lines)]
    left = section(text, "Left alone")[0]
    assert sum(numbers(left)) == found["summary"]["leave"]
    waiting = [
        one
        for one in references
        if one["action"] in ("rewrite", "extend") and not one["selected"] and one.get("reason") != "unproven"
    ]
    assert sum(
        int(part.split()[-1]) for part in section(text, "Not written now")[0].split(" · ") if part
    ) == len(waiting)
    note, lines = section(text, "Comes out otherwise")
    assert not lines or numbers(note)[0] == len([line for line in lines if "…" not in line])
    for line in section(text, "First")[1]:
        amount = re.match(r"  (?:frees|holds) (\d+) place", line)
        assert amount is None or int(amount[1]) <= len(
            [one for one in references if one["action"] == "review"]
        )


def test_a_call_whose_constant_serves_another_says_what_is_written(tmp_path):
    text = tool("review", ".", "-v", cwd=tree(tmp_path, "shared"), code=0).stdout
    assert re.search(
        r"→ gpt-5\.5-mini .*\n(?: {6}.*\n)* {6}written is gpt-5\.5: the literal at app.py:4 serves 2 calls",
        text,
    )


def test_both_outcomes_of_a_test_are_shown(tmp_path):
    root = tree(tmp_path, "flip")
    said = "`model.startswith('gpt-4o')`"
    text = tool("review", ".", "-v", cwd=root, code=0).stdout
    _, [line] = section(text, "Comes out otherwise")
    assert "app.py:11" in line
    assert "`'system'` for gpt-4o, `'developer'` for gpt-5.5-instant" in line
    for form in ("markdown", "html"):
        out = tool("scan", "--format", form, cwd=root).stdout
        assert "Comes out otherwise" in out
    assert said.strip("`") in text


def test_a_silenced_line_is_explained_with_its_comment(tmp_path):
    text = tool("explain", "app.py:4", cwd=tree(tmp_path, "silenced"), code=0).stdout
    assert "suppressed: the comment in line 4 silences it (the contract names it)" in text


def test_what_comes_out_the_same_is_not_said_to_differ():
    same = reference(1, action="review", reason="branch-flips", detail="same outcome for gpt-4o")
    other = reference(2, action="review", reason="branch-flips", detail="`x`: true for a, false for b")
    shown = inventory(references=(same, other))
    assert "differently" not in ledger(shown, same.path, same.line, PLAIN)
    assert "differently" in ledger(shown, other.path, other.line, PLAIN)


@pytest.mark.parametrize(
    ("amount", "said"), [(0.0, "$0.0000"), (0.00000312, "$0.0000031"), (0.0123, "$0.0123"), (2, "$2.00")]
)
def test_small_amounts_are_not_nothing(amount, said):
    assert words.usd(amount) == said


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("notebooks", "1 notebook"),
        ("stubs (.pyi)", "1 stub (.pyi)"),
        ("links out of the root", "1 link out of the root"),
        ("linked folders", "1 linked folder"),
        ("folders of installed packages", "1 folder of installed packages"),
    ],
)
def test_one_of_a_kind(kind, said):
    assert words.kinds(1, kind) == said
    assert words.kinds(2, kind) == f"2 {kind}"


def test_the_published_catalogue_names_no_id_that_it_does_not_have(tmp_path):
    root = tree(tmp_path, "many")
    for command in (
        ["review", "."],
        ["review", ".", "-v"],
        ["scan", ".", "--all"],
        ["scan", "--format", "markdown"],
        ["explain", "m0.py:7"],
    ):
        text = tool(*command, "--catalog", "published", cwd=root, code=0).stdout
        assert "gpt-5.5-instant" not in text
        assert "gpt-5.5-mini" not in text


def test_the_other_vendors_and_the_tests_are_not_counted_as_calls_of_an_old_model(tmp_path):
    text = tool("review", ".", "-v", cwd=tree(tmp_path, "tests"), code=0).stdout
    assert text.startswith("1 call site and ")
    assert "further call sites: in test files 3" in text


def test_what_is_not_edited_is_counted_by_kind(tmp_path):
    files = {
        "app.py": HEAD + call("answer", '"gpt-4o"') + 'OLD = "gpt-4.1"\nNONE = "o4b"\n',
        "web/a.ts": 'const m = "gpt-4o"',
        "web/b.ts": 'const m = "gpt-5-mini"',
        "x.go": 'm := "gpt-4o"',
        "data.csv": "id,gpt-5.5\n",
        "same.png": "gpt-4o",
        "Vagrantfile": "gpt-4o",
    }
    root = tmp_path / "work"
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    (root / "bytes").write_bytes(b"\0gpt-4o")
    found = json.loads(tool("scan", ".", "--format", "json", cwd=root).stdout)["coverage"]
    assert [(one["kind"], one["files"], one["models"]) for one in found["not_edited"]] == [
        (".ts", 2, ["gpt-4o", "gpt-5-mini"]),
        (".go", 1, ["gpt-4o"]),
        ("Vagrantfile", 1, ["gpt-4o"]),
    ]
    assert found["other_families"] == {"gpt-4.1": 1}
    said = tool("review", ".", "-v", cwd=root).stdout
    assert "4 files of kinds that this tool does not edit name gpt-4o, gpt-5-mini: 2 .ts, 1 .go" in said
    assert "Other families: gpt-4.1 in 1 file; --from migrates them" in said


def test_python_in_other_files_is_told(tmp_path):
    code = "from openai import OpenAI\nprint('gpt-4o')\n"
    files = {
        "run.sh": f"#!/bin/sh\npython3 - <<'EOF'\n{code}EOF\npython -c 'print(\"gpt-4o-mini\")'\necho gpt-4o\n",
        "Dockerfile": 'FROM x\nRUN python -c "M = \'gpt-4o\'"\nRUN python -c "no python gpt-4o ("\n',
        "made.py.j2": HEAD + call("answer", '"gpt-4o"'),
        "open.py.j2": "{% if x %}\nMODEL = 'gpt-4o'\n{% endif %}\n",
        "app.py": HEAD,
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    found = json.loads(tool("scan", ".", "--format", "json", cwd=tmp_path, code=0).stdout)
    told = [(one["path"], one["line"]) for one in found["findings"] if one["rule"] == "GPT55-D005"]
    assert told == [("Dockerfile", 2), ("run.sh", 4), ("run.sh", 6)]
    assert [one["path"] for one in found["references"] if one["selected"]] == ["made.py.j2"]
    assert [(one["kind"], one["paths"]) for one in found["coverage"]["not_edited"]] == [
        (".j2", ["open.py.j2"])
    ]
