"""A team adopts the hook today and migrates over weeks."""

import json

import pytest
from ci_support import APP, AZURE, project, tool

FILE = ".gpt55-baseline.json"
SECOND = """

def second(m):
    return client.chat.completions.create(model="gpt-5", messages=m)
"""


@pytest.fixture
def adopted(tmp_path):
    root = project(tmp_path, app=APP, azure=AZURE)
    (root / "pyproject.toml").write_text(f'[tool.gpt55-migrate]\nbaseline = "{FILE}"\n')
    tool("check", ".", "--write-baseline", FILE, cwd=root, code=0)
    return root


def test_what_the_baseline_knows_does_not_fail(adopted):
    done = tool("check", ".", cwd=adopted, code=0)
    assert done.stdout == ""
    assert "Not shown: 3 findings that the baseline knows" in done.stderr
    tool("check", "app.py", "azure.py", "--fail-on", "any", cwd=adopted, code=0)


def test_it_survives_line_moves_and_fails_on_what_is_new(adopted):
    (adopted / "app.py").write_text("# moved\n\n" + APP + SECOND)
    done = tool("check", ".", cwd=adopted, code=1)
    assert done.stdout.count("\n") == 1
    assert "app.py:13:" in done.stdout
    assert "gpt-5 -> " in done.stdout


def test_fix_leaves_what_is_known(adopted):
    (adopted / "app.py").write_text(APP + SECOND)
    tool("check", "--fix", "app.py", cwd=adopted, code=0)
    text = (adopted / "app.py").read_text()
    assert text.startswith(APP)
    assert '"gpt-5"' not in text


def test_apply_migrates_what_is_known_and_check_says_that_it_is_gone(adopted):
    tool("apply", ".", "--yes", cwd=adopted, code=0)
    done = tool("check", ".", cwd=adopted, code=0)
    assert "2 findings of the baseline gone" in done.stderr
    tool("check", ".", "--write-baseline", FILE, cwd=adopted, code=0)
    assert "gone" not in tool("check", ".", cwd=adopted, code=0).stderr


def test_writing_it_for_some_files_keeps_the_others(adopted):
    before = json.loads((adopted / FILE).read_text())["findings"]
    (adopted / "app.py").write_text("print(1)\n")
    tool("check", "app.py", "--write-baseline", FILE, cwd=adopted, code=0)
    after = json.loads((adopted / FILE).read_text())["findings"]
    assert after == {"azure.py": before["azure.py"]}


def test_it_is_a_file_that_people_can_review(adopted):
    data = json.loads((adopted / FILE).read_text())
    assert data["root"] == "."
    assert sorted(data["findings"]) == ["app.py", "azure.py"]
    assert any("GPT55-M001 gpt-4o -> " in what for what in data["findings"]["app.py"].values())


def test_an_option_does_as_well_as_the_setting(tmp_path):
    root = project(tmp_path, app=APP)
    done = tool("check", ".", "--write-baseline", "known.json", cwd=root, code=0)
    assert 'baseline = "known.json"' in done.stderr
    tool("check", ".", cwd=root, code=1)
    tool("check", ".", "--baseline", "known.json", cwd=root, code=0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "there is no such baseline; write it: gpt55-migrate check . --write-baseline"),
        ("[]", "no baseline of gpt55-migrate"),
        ("{", "no baseline of gpt55-migrate"),
        ('{"version": 7, "root": ".", "findings": {}}', "written by another version"),
    ],
)
def test_a_baseline_that_cannot_be_used_is_no_clean_result(tmp_path, text, message):
    root = project(tmp_path, app=APP)
    if text is not None:
        (root / FILE).write_text(text)
    done = tool("check", ".", "--baseline", FILE, cwd=root, code=2)
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


def test_it_holds_for_a_part_that_is_named_alone(tmp_path):
    root = project(tmp_path, app=APP)
    (root / "setup.py").touch()
    (root / "pk").mkdir()
    (root / "pk" / "app.py").write_text(APP)
    tool("check", ".", "--write-baseline", FILE, cwd=root, code=0)
    for part in (".", "pk", "pk/app.py"):
        tool("check", part, "--baseline", FILE, cwd=root, code=0)
    tool("check", ".", "--baseline", f"../{FILE}", cwd=root / "pk", code=0, HOME=str(tmp_path))


def test_no_fix_while_writing_it(tmp_path):
    root = project(tmp_path, app=APP)
    tool("check", ".", "--fix", "--write-baseline", FILE, cwd=root, code=2)
    assert (root / "app.py").read_text() == APP


# -- suppressions with a date --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("date", "code", "says"),
    [("2999-12-31", 0, ""), ("2020-01-31", 1, "ran out on 2020-01-31"), ("soon", 1, "is no YYYY-MM-DD")],
)
def test_until(tmp_path, date, code, says):
    call = 'OpenAI().responses.create(model="gpt-4o", input="x")'
    line = f"print({call})  # gpt55: ignore until={date} -- audit\n"
    root = project(tmp_path, app=f"from openai import OpenAI\n\n{line}")
    done = tool("check", ".", cwd=root, code=code)
    assert says in done.stdout
    assert bool(done.stdout) == bool(says)
