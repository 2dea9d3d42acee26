"""What a file is called, and what stands in it, forges no line, markup or command of ours, in any format."""

from __future__ import annotations

import json
import re
from xml.dom import minidom

import pytest

from safety import programs

CALL = (
    b"from openai import OpenAI\n\n"
    b'print(OpenAI().chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": '
    b'"hi\\n::error::forged\\n<img src=x onerror=alert(2)>"}], max_tokens=5))  # gpt-4o <script>alert(3)</script>\n'
)
NAMES = [
    "a\n::error::forged.py", "b\r::error::forged.py", "c\nTo undo: forged.py", "d<img src=x onerror=alert(1)>.py",
    "e\x1b[31mred.py", "f\u2028::error::forged.py", "g\x85::error::forged.py", "h`|**[x](javascript:alert(1)).py",
    "i\u202egnp.py", "j\x0b::error::forged.py", "k\x9b31m.py", "]]>&lt;.py", "l\n## forged.py", "m\n- [ ] forged.py",
    "n\n##[error]forged.py", "o%0A::error::forged.py", "::error::p.py", "dir\n::error::forged/x.py", "q\tforged.py",
]  # fmt: skip
LINES = re.compile("[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
FORGED = re.compile(r"\s*(::error::|##\[|To undo: forged|## forged|- \[ \] forged)")
DRIVES = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202e]")
HTML = re.compile(r"<img|<script>alert|<a href=.javascript")


@pytest.fixture
def root(tmp_path):
    files = {**dict.fromkeys(NAMES, CALL), "bad\n::error::forged.py": b"x = gpt-4o ="}
    return programs.lay(tmp_path / "work", files)


def forged(text):
    return [line for line in LINES.split(text) if FORGED.match(line)] + DRIVES.findall(
        text.replace("\r\n", "\n")
    )


def without_code(text):
    """Markdown without its code, in which nothing is markup."""
    fenced = re.sub(r"(?ms)^ *(`{3,}|~{3,}).*?^ *\1 *$", "", text)
    indented = re.sub(r"(?m)^    .*$", "", fenced)
    return re.sub(r"(?s)(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", "", indented)


COMMANDS = [
    ["review"],
    ["scan"],
    ["scan", "--all"],
    ["scan", "--format", "markdown"],
    ["scan", "--format", "html"],
    ["check"],
    ["check", "--format", "junit"],
    ["check", "--format", "markdown"],
    ["check", "--fix"],
    ["diff", "--stat"],
    ["diff", "--by", "site"],
    ["apply", "--yes"],
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_no_report_is_forged(root, tmp_path, words):
    done = programs.run(words[0], root, *words[1:], home=tmp_path)
    out, said = done.stdout.decode(), done.stderr.decode()
    assert "forged" in out + said
    assert forged(out) == forged(said) == []
    if "html" in words:
        assert not HTML.search(out)
    if "markdown" in words:
        assert not HTML.search(without_code(out))
    if "junit" in words:
        minidom.parseString(out)


@pytest.mark.parametrize(
    ("command", "form"), [("scan", "json"), ("scan", "sarif"), ("check", "sarif"), ("check", "gitlab")]
)
def test_data_stay_data(root, tmp_path, command, form):
    done = programs.run(command, root, "--format", form, home=tmp_path)
    json.loads(done.stdout)
    assert b"\x1b" not in done.stdout


@pytest.mark.parametrize("command", ["scan", "check"])
def test_annotations_are_our_own(root, tmp_path, command):
    done = programs.run(command, root, "--format", "github", home=tmp_path)
    for line in LINES.split(done.stdout.decode()):
        assert not line.startswith("::error::")
        assert line.count("::error") <= 1 or "%3A" in line or "\\" in line


def test_no_page_of_a_plan_is_forged(root, tmp_path):
    programs.run("plan", root, "-o", tmp_path / "plan", home=tmp_path)
    pages = {
        path: data.decode()
        for path, data in programs.contents(tmp_path / "plan").items()
        if path.endswith(".md")
    }
    assert len(pages) > 3
    assert {
        path: forged(without_code(text)) for path, text in pages.items() if forged(without_code(text))
    } == {}
    assert not [path for path, text in pages.items() if HTML.search(without_code(text))]


def test_the_list_of_runs_and_an_undo_are_not_forged(root, tmp_path):
    programs.run("apply", root, "--yes", home=tmp_path)
    listed = programs.run("undo", home=tmp_path)
    name = listed.stdout.decode().split()[0]
    done = programs.run("undo", name, home=tmp_path)
    assert done.returncode == 0
    assert forged((listed.stdout + listed.stderr + done.stdout + done.stderr).decode()) == []


@pytest.mark.parametrize("name", ["a\n::error::forged.py", "e\x1b[31mred.py"])
def test_a_file_with_such_a_name_is_not_passed_as_clean(root, tmp_path, name):
    """Named by itself, as a hook does."""
    done = programs.run("check", name, home=tmp_path, cwd=root)
    assert done.returncode == 1
    done = programs.run("check", name, "--write-baseline", "base.json", home=tmp_path, cwd=root)
    assert b"0 findings" not in done.stderr
    assert programs.run("check", name, "--baseline", "base.json", home=tmp_path, cwd=root).returncode == 0
