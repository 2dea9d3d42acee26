"""Every output says when an old model ends; `check` can be told to fail only on what ends soon."""

from __future__ import annotations

import json

import pytest
from ci_support import project
from ci_support import within as tool

CALLS = """\
from openai import AzureOpenAI, OpenAI

client = OpenAI()


def soon(m):
    return client.responses.create(model="gpt-5", input=m)


def later(m):
    return client.responses.create(model="gpt-5.1", input=m)


def apart(m):
    return AzureOpenAI().responses.create(model="gpt-4o", input=m)


def gone(m):
    return client.beta.assistants.create(name=m, model="gpt-5.2")
"""
TODAY = ("--today", "2026-11-29")
SOON = "ends 2026-12-11, in 12 days; the publisher names gpt-6.1-sol"
AZURE = "ends 2027-04-14, in 136 days"
GONE = "ended 2026-08-26, 95 days ago; the publisher names the Responses API"


@pytest.fixture
def root(tmp_path):
    return project(tmp_path, app=CALLS)


@pytest.mark.parametrize(
    "form", ["text", "json", "sarif", "github", "gitlab", "junit", "markdown", "html", "cyclonedx"]
)
def test_every_format_says_when(root, form):
    text = tool("scan", ".", "--format", form, *TODAY, cwd=root, code=0).stdout
    assert "2026-12-11" in text
    assert "gpt-6.1-sol" in text
    if form not in ("json", "cyclonedx", "sarif"):
        assert SOON.replace(",", "%2C") in text or SOON in text


def test_review_check_explain_and_models_say_when(root):
    review = tool("review", ".", "-v", *TODAY, cwd=root).stdout
    assert f"gpt-5 {SOON}\ngpt-5.1 ends 2027-04-01, in 123 days" in review
    assert f"gpt-4o on Azure {AZURE}" in review
    assert f"the Assistants API {GONE}" in review
    assert f"[{SOON}]" in tool("check", ".", *TODAY, cwd=root).stdout
    assert f"shut down    {SOON}" in tool("explain", "app.py:7", *TODAY, cwd=root).stdout
    assert f"shut down    Assistants API {GONE}" in tool("explain", "app.py:19", *TODAY, cwd=root).stdout
    models = tool("models", *TODAY, cwd=root).stdout
    assert SOON in models
    assert f"Assistants API  {GONE}".replace("  ", " ") in " ".join(models.split())
    assert tool("models", "--today", "2027-01-15", cwd=root).stdout.count("gpt-4o ") == models.count(
        "gpt-4o "
    )


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--ends-within", "12d"], 1),
        (["--ends-within", "11"], 0),
        (["--ends-within", "2w"], 1),
        (["--past"], 0),
        (["--past", "--fail-on", "review"], 1),
        (["--past", "--today", "2026-12-12"], 1),
        (["--ends-within", "soon"], 2),
        (["--today", "tomorrow"], 2),
    ],
)
def test_what_fails_by_its_date(root, options, code):
    given = options if "--today" in options else [*options, *TODAY]
    tool("check", ".", *given, cwd=root, code=code)


def test_the_deadline_is_a_setting(root):
    settings = root / "pyproject.toml"
    settings.write_text('[tool.gpt55-migrate]\nends-within = "11d"\n')
    tool("check", ".", *TODAY, cwd=root, code=0)
    tool("check", ".", "--ends-within", "12d", *TODAY, cwd=root, code=1)
    settings.write_text('[tool.gpt55-migrate]\nends-within = "soon"\n')
    assert 'ends-within: expected days such as "60d"' in tool("check", ".", cwd=root, code=2).stderr


def test_levels_rise_as_the_date_comes_near(tmp_path):
    root = project(tmp_path, app='A = {"temperature": 0}\n' + CALLS)
    levels = {}
    for today in ("2026-01-01", "2026-11-29", "2027-05-01"):
        found = json.loads(tool("scan", ".", "--format", "sarif", "--today", today, cwd=root).stdout)
        results = found["runs"][0]["results"]
        levels[today] = [
            one["level"] for one in results if one["properties"].get("reason") == "azure-deployment"
        ]
        assert all(one["properties"]["daysLeft"] for one in results if one["ruleId"] == "GPT55-M001")
    assert levels == {"2026-01-01": ["warning"], "2026-11-29": ["warning"], "2027-05-01": ["error"]}


def test_a_mention_that_is_left_alone_has_no_date(tmp_path):
    root = project(tmp_path, app="# gpt-4o was fine\n")
    assert "2027" not in tool("scan", ".", "--all", *TODAY, cwd=root).stdout


def test_the_bill_of_materials_is_what_the_standard_wants(root):
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    (root / "new.py").write_text(
        'from openai import OpenAI\nOpenAI().responses.create(model="gpt-5.5", input="")\n'
    )
    text = tool("scan", ".", "--format", "cyclonedx", *TODAY, cwd=root, code=0).stdout
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    found = {one["name"]: one for one in json.loads(text)["components"]}
    assert found.keys() == {"gpt-4o", "gpt-5", "gpt-5.1", "gpt-5.2", "gpt-5.5"}
    assert {one["type"] for one in found.values()} == {"machine-learning-model"}
    assert {"app.py:7", "new.py:2"} <= {
        f"{place['location']}:{place['line']}"
        for one in found.values()
        for place in one["evidence"]["occurrences"]
    }
    told = {one["name"]: one["value"] for one in found["gpt-5"]["properties"]}
    assert told["gpt55-migrate:ends"] == "2026-12-11"
    assert told["gpt55-migrate:successor"] == "gpt-6.1-sol"
    again = tool("scan", ".", "--format", "cyclonedx", *TODAY, cwd=root).stdout
    assert again == text
