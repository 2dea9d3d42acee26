"""`check` says what it holds, what it does not know, and what its names mean."""

from __future__ import annotations

import pytest
from ci_support import project
from ci_support import within as tool
from decided import RATES

CALL = """\
from openai import OpenAI

client = OpenAI()


def reply(m):
    return client.chat.completions.create(model="gpt-4o", messages=m, max_tokens=5, temperature=0)
"""
DYNAMIC = """\
import os

from openai import OpenAI


def reply(m):
    model = os.environ["MODEL"]
    return OpenAI().chat.completions.create(model=model, messages=m, max_tokens=5, temperature=0)
"""


@pytest.mark.parametrize(
    ("options", "settings", "why"),
    [
        (["--safe-only"], "", "safe-only leaves out GPT55-P010 at app.py:7"),
        (["--select", "GPT55-M001"], "", "select and ignore leave out GPT55-P001 at app.py:7"),
        (["--ignore", "GPT55-P010"], "", "select and ignore leave out GPT55-P010 at app.py:7"),
        ([], 'parameters = "report"', 'parameters = "report" leaves GPT55-P001 to you at app.py:7'),
        (["--ignore", "GPT55-M"], "", "select and ignore leave out GPT55-M001"),
    ],
)
def test_what_settings_hold_is_said_and_fails_if_asked(tmp_path, options, settings, why):
    root = project(tmp_path, app=CALL)
    if settings:
        (root / "pyproject.toml").write_text(f"[tool.gpt55-migrate]\n{settings}\n")
    done = tool("check", ".", *options, cwd=root, code=0)
    assert f"app.py:7:50: GPT55-M001 gpt-4o -> gpt-5.5-mini: held, since {why} [ends " in done.stdout
    assert "1 held by your settings" in done.stderr
    tool("check", ".", *options, "--fail-on", "held", cwd=root, code=1)


def test_nothing_is_held_where_everything_is_written(tmp_path):
    done = tool("check", ".", cwd=project(tmp_path, app=CALL), code=1)
    assert "held" not in done.stdout + done.stderr


def test_a_model_from_the_environment_is_listed_where_no_file_names_one(tmp_path):
    root = project(tmp_path, app=DYNAMIC)
    for named in (".", "app.py"):
        done = tool("check", named, cwd=root, code=0)
        said = "GPT55-D001 the model comes from the environment: set MODEL (read at app.py:7) by hand"
        assert done.stdout == f"app.py:8:12: {said}; new models refuse max_tokens, temperature\n"
        tool("check", named, "--fail-on", "review", cwd=root, code=1)


@pytest.mark.parametrize("name", ["GPT55-D001", "dynamic", "GPT55-D"])
def test_reasons_and_rules_of_findings_can_be_left_out(tmp_path, name):
    root = project(tmp_path, app=DYNAMIC)
    assert tool("check", ".", "--ignore", name, cwd=root, code=0).stdout == ""
    assert "D001" in tool("check", ".", "--select", name, cwd=root, code=0).stdout
    assert tool("check", ".", "--select", "branch-flips", cwd=root, code=0).stdout == ""


@pytest.mark.parametrize(
    "model",
    ['os.environ.get("MODEL", "gpt-5.5")', '"gpt-5.5"', "model", 'AZURE and os.environ["MODEL"]'],
)
def test_calls_whose_model_is_named_or_given_by_callers_are_not_dynamic(tmp_path, model):
    source = DYNAMIC.replace('os.environ["MODEL"]', model).replace("reply(m)", "reply(m, model)")
    if "AZURE" in model:
        source = source.replace("OpenAI()", "AzureOpenAI()").replace("import OpenAI", "import AzureOpenAI")
    assert "D001" not in tool("check", ".", cwd=project(tmp_path, app=source)).stdout


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--select", "GPT55-X9"], 'select: unknown rule or reason "GPT55-X9"; did you mean "GPT55-X002"?'),
        (["--map", "gpt4o=mini"], 'map: unknown model "gpt4o"; did you mean "gpt-4o"?'),
    ],
)
def test_names_that_are_not_there_end_it(tmp_path, options, message):
    done = tool("check", ".", *options, cwd=project(tmp_path, app=CALL), code=2)
    assert done.stderr == f"gpt55-migrate: {message}\n"


OWN = """\
name = "own"
title = "Own"
provenance = "published"
source = "ours"
variants.flagship = { guide_id = "gpt-5.5", id = "big" }
variants.instant = { guide_id = "gpt-5.5-instant", id = "quick" }
variants.mini = { guide_id = "gpt-5.5-mini", id = "small" }
"""
FIGURES = [
    ("context_window = 0", 'key "context_window": expected more than 0, got 0'),
    ("context_window = 10\nmax_output = 11", 'key "max_output": 11 is more than the window of 10'),
    ("usd_in = -1.0", 'key "usd_in": expected 0 or more, got -1'),
    ("usd_in = 1.0\nusd_cached = 2.0", 'key "usd_cached": 2 is more than "usd_in", 1'),
    ('shutdown = "soon"', 'key "shutdown": "soon" is no date (YYYY-MM-DD)'),
]


def test_a_catalogue_without_sources_says_so(tmp_path):
    root = project(tmp_path, app=CALL)
    (root / "own.toml").write_text(OWN)
    done = tool("check", ".", "--catalog", "own.toml", cwd=root, code=2)
    assert 'catalog "own" has no family that is to be migrated' in done.stderr
    (root / "own.toml").write_text('includes = ["models.toml"]\n' + OWN)
    assert "gpt-4o -> small" in tool("check", ".", "--catalog", "own.toml", cwd=root, code=1).stdout


@pytest.mark.parametrize(("figures", "message"), FIGURES)
def test_figures_that_cannot_be_are_refused(tmp_path, figures, message):
    root = project(tmp_path, app=CALL)
    (root / "own.toml").write_text(f'{OWN}[[models]]\nid = "big"\nsource = "ours"\n{figures}\n')
    assert message in tool("check", ".", "--catalog", "own.toml", cwd=root, code=2).stderr


def test_apply_says_what_it_did_not_write_and_how_to_see_it(tmp_path):
    root = project(tmp_path, app=CALL, other=DYNAMIC)
    done = tool("apply", ".", "--yes", "--safe-only", cwd=root, code=0)
    lines = done.stderr.splitlines()
    assert "Not written: 2 places" in lines
    assert "     1  the model is named when the program runs  (dynamic)" in lines
    assert "To see them: gpt55-migrate check . --fail-on review" in lines
    assert any("safe-only leaves out GPT55-P010" in line for line in lines)
    assert "To see them: gpt55-migrate check . --fail-on held" in lines


@pytest.mark.parametrize(
    "name", ["GPT55-P010", "GPT55-M001", "GPT55-G006", "branch-flips", "dependency-too-old"]
)
def test_rules_and_reasons_are_explained(tmp_path, name):
    done = tool("explain", name, cwd=project(tmp_path, app=CALL), code=0)
    assert done.stdout.startswith(f"{name}  ")
    for part in ("what it is", "what to do", "known from", "--ignore", "# gpt55: ignore["):
        assert part in done.stdout


def test_what_is_no_rule_is_not_explained(tmp_path):
    done = tool("explain", "GPT55-P0100", cwd=project(tmp_path, app=CALL), code=2)
    assert 'did you mean "GPT55-P010"?' in done.stderr


def test_everything_that_is_printed_as_a_rule_can_be_explained():
    import re
    from pathlib import Path
    from typing import get_args

    from migrator.inventory import ReviewReason
    from migrator.report.rulehelp import known_rules
    from migrator.rulebook.rulefiles import load_rulebook

    known = known_rules(load_rulebook()).keys()
    sources = Path(__file__).parents[1].joinpath("migrator").rglob("*.py")
    said = {name for path in sources for name in re.findall(r"GPT55-[A-Z]\d{3}", path.read_text("utf-8"))}
    assert said | set(get_args(ReviewReason)) <= known


OPEN = """
from openai import OpenAI


def ask(text, model="gpt-4o", **options):
    messages = [{"role": "user", "content": text}]
    return OpenAI().chat.completions.create(model=model, messages=messages, **options)
"""


@pytest.mark.parametrize(("code", "number"), [(OPEN, 1), (OPEN.replace(", **options", ""), 0)])
def test_apply_says_what_nobody_could_read_of_the_code_once_it_is_written(tmp_path, code, number):
    done = tool("apply", ".", "--yes", "--unproven", cwd=project(tmp_path, app=code), code=0)
    assert done.stderr.count("Note: app.py:5: what callers give by **options is sent as it is") == number


WARM = OPEN.replace(", **options", ", temperature=0.2")


@pytest.mark.parametrize(("code", "number"), [(WARM, 1), (WARM.replace("temperature=0.2", "timeout=9"), 0)])
def test_apply_says_what_is_lost_beside_the_old_model(tmp_path, code, number):
    done = tool("apply", ".", "--yes", cwd=project(tmp_path, app=code), code=0)
    assert done.stderr.count("Note: app.py:7: temperature: ") == number


LONE = RATES.replace('    "gpt-5": {"input": 0.00125, "output": 0.01},\n', "")


@pytest.mark.parametrize(("code", "number"), [(RATES, 1), (LONE, 0)])
def test_apply_says_of_rows_whose_prices_are_of_two_sources(tmp_path, code, number):
    done = tool("apply", ".", "--yes", "--unproven", cwd=project(tmp_path, app=code), code=0)
    assert done.stderr.count("RATES would say that gpt-5.5 costs less") == number
