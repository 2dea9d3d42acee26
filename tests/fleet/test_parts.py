"""Lists of repositories, owners, packages, waves, tables, exports: without a run."""

from __future__ import annotations

import csv
import datetime
import json
import os
import subprocess

import pytest

from migrator.discover.owners import Owners
from migrator.errors import UsageError
from migrator.fleet import clone, linking, packages, pages, pull_requests, sources, tables, waves
from migrator.fleet.commit_tree import _is_inside
from migrator.fleet.fleet_records import Link, Package, Place, Report, Source
from migrator.fleet.git import GitError
from migrator.fleet.index import Row
from migrator.fleet.overview import Counted, Line
from migrator.fleet.status_line import Progress


def test_a_list_has_comments_paths_beside_it_and_urls(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "repos.txt").write_text(
        "# ours\na  # the first\n\nhttps://git.example/team/b.git\ngit@h.example:team/c\na/\n"
    )
    listed = sources.listed([str(tmp_path / "repos.txt")])
    assert [(one.name, one.remote) for one in listed.sources] == [
        ("a", False),
        ("team/b", True),
        ("team/c", True),
    ]
    assert listed.left_out == {"named twice": 1}


def test_repositories_of_one_name_are_told_apart_and_lie_apart(tmp_path):
    for team in "xy":
        (tmp_path / team / "app").mkdir(parents=True)
    listed = sources.listed([str(tmp_path / "*" / "app")]).sources
    assert [one.name for one in listed] == ["x/app", "y/app"]
    assert len({one.folder for one in listed}) == 2


EXPORTS = {
    "github": [{"nameWithOwner": "acme/a", "url": "https://github.com/acme/a", "isArchived": False}],
    "gitlab": [{"path_with_namespace": "acme/a", "http_url_to_repo": "https://gitlab.com/acme/a.git"}],
    "bitbucket": {
        "values": [{"full_name": "acme/a", "links": {"clone": [{"href": "https://b.example/acme/a"}]}}]
    },
    "sourcegraph": [{"name": "github.com/acme/a", "url": "/github.com/acme/a"}],
    "names": ["https://github.com/acme/a"],
}


@pytest.mark.parametrize("host", EXPORTS)
def test_exports_of_code_hosts_are_read(tmp_path, host):
    (tmp_path / "e.json").write_text(json.dumps(EXPORTS[host]))
    (one,) = sources.listed([str(tmp_path / "e.json")]).sources
    assert one.name.endswith("acme/a")
    assert one.remote
    assert one.locator.startswith("https://")


def test_archived_repositories_and_rows_without_address_are_counted(tmp_path):
    rows = [{"url": "https://h.example/a/b"}, {"url": "https://h.example/a/c", "archived": True}, {"id": 1}]
    (tmp_path / "e.json").write_text("\n".join(map(json.dumps, rows)))
    listed = sources.listed([str(tmp_path / "e.json")])
    assert len(listed.sources) == 1
    assert listed.left_out == {"archived": 1, "without an address": 1}


@pytest.mark.parametrize("text", ["", "# nothing\n", "[]", "{", '{"items": []}'])
def test_a_list_without_repositories_is_an_error_that_names_it(tmp_path, text):
    (tmp_path / "repos").write_text(text)
    with pytest.raises(UsageError, match="repos"):
        sources.listed([str(tmp_path / "repos")])


def test_a_password_in_an_address_is_shown_nowhere():
    (one,) = sources.listed(["https://user:sesame@h.example/team/app.git"]).sources
    assert "sesame" not in one.id + one.folder + one.name + sources.shown(one.locator)


@pytest.mark.parametrize("url", ["ext::sh -c true", "file:///x", "ftp://h/x", "--upload-pack=x://y"])
def test_only_protocols_that_run_nothing_are_asked(url):
    with pytest.raises(GitError):
        clone.checked(url)


@pytest.mark.parametrize("name", [b"../x", b"a/../../x", b".git/hooks/x", b"a/.GIT/x", b"a//b", b".git /x"])
def test_paths_of_a_tree_stay_inside(name):
    assert not _is_inside(name)
    assert _is_inside(b"a/.github/x.py")


def test_the_last_line_of_codeowners_that_matches_counts():
    text = b"* @all\n/api/ @api @web # both\n*.md\n[Section]\n/api/legacy/ @old\n" + b"**/a*b*c*d*e* @slow\n"
    owners = Owners({".github/CODEOWNERS": text})
    assert [owners.of(path) for path in ("x.py", "api/y.py", "api/legacy/z.py", "api/x.md")] == [
        "@all",
        "@api @web",
        "@old",
        "",
    ]


def test_packages_come_from_every_kind_of_manifest():
    files = {
        "pyproject.toml": b'[project]\nname = "Acme.LLM"\ndependencies = ["openai>=1", "acme_base @ git+https://h/x"]',
        "libs/b/setup.py": b'import setuptools\nsetuptools.setup(name="acme-b", install_requires=["acme-c[x]>1"])',
        "libs/d/setup.cfg": b"[metadata]\nname = acme-d\n[options]\ninstall_requires =\n  acme-e\n",
        "requirements-dev.txt": b"-r other.txt\nacme-f==1 # why\ngit+https://h/acme/g.git#egg=acme-g\n",
        "poetry/pyproject.toml": b'[tool.poetry]\nname = "acme-p"\n[tool.poetry.dependencies]\nacme-h = "^1"\n',
        "broken/pyproject.toml": b"[",
    }
    paths = [
        "src/acme_llm/__init__.py",
        "src/acme_ns/inner/x.py",
        "libs/b/acme_b.py",
        "libs/d/tests/__init__.py",
    ]
    made = {one.name: (one.folder, one.modules) for one in packages.provided(files, paths)}
    assert made == {"acme-llm": ("src", ("acme_llm", "acme_ns")), "acme-b": ("libs/b", ("acme_b",))}
    wanted = {"openai", "acme-base", "acme-c", "acme-e", "acme-f", "acme-g", "acme-h"}
    assert wanted <= set(packages.required(files))


def test_imports_are_seen_without_reading_the_syntax():
    data = b"import a.b as c, d\nfrom e.f import g\n  import h\n# import i\nfrom . import j\n"
    assert set(packages.imported(data)) == {"a", "d", "e", "h"}


TODAY = datetime.date(2027, 1, 1)


def reported(ends="", action="rewrite", edits=1, risk=1, links=(), users=None):
    place = Place(
        path="a.py",
        line=1,
        model="old",
        role="default",
        action=action,
        context="src",
        selected=bool(edits),
        ends=ends,
    )
    return Report(key="k", places=(place,), edits=edits, risk=risk, links=links, users=users or {})


LINK = Link(provider="p", path="x.py", line=1, model="old", action="rewrite")


@pytest.mark.parametrize(
    ("report", "lends", "wave"),
    [
        (reported(), True, "packages"),
        (reported(ends="2026-12-31"), False, "ended"),
        (reported(ends="2027-01-31"), False, "soon"),
        (reported(ends="2027-02-01"), False, "low"),
        (reported(action="review", edits=0), False, "held"),
        (reported(links=(LINK,), users={"p": 1}), False, "followers"),
        (reported(risk=3), False, "middle"),
        (reported(risk=5), False, "critical"),
    ],
)
def test_waves_go_by_packages_dates_and_risk(report, lends, wave):
    assert waves.wave_of(report, TODAY, lends=lends).id == wave


def test_where_nothing_is_to_do_there_is_no_wave():
    assert waves.wave_of(Report(key="k"), TODAY, lends=True) is None


def test_a_spreadsheet_takes_no_name_for_a_formula(tmp_path):
    table = tables.Tables(tmp_path)
    table.add(Line(name="=1+1", locator="/x", folder="f", status="done"), None)
    table.close()
    (row,) = csv.DictReader((tmp_path / "repositories.csv").open())
    assert row["name"] == "'=1+1"


@pytest.mark.parametrize(
    ("origin", "hosted"),
    [
        ("git@github.com:acme/app.git", ("github.com", "acme/app")),
        ("https://gitlab.example/acme/deep/app", ("gitlab.example", "acme/deep/app")),
        ("ssh://git@h.example:22/acme/app.git", ("h.example", "acme/app")),
        ("https://h.example/acme/../../x", ("", "")),
        ("https://h.example/acme/$(touch x)", ("", "")),
        ("/srv/git/app.git", ("", "")),
        ("", ("", "")),
    ],
)
def test_only_plain_addresses_get_into_scripts(origin, hosted):
    assert pull_requests.hosted(origin) == hosted


def test_each_tool_gets_its_files_and_the_script_is_sound(tmp_path):
    import yaml

    report = reported()
    report = type(report)(
        key="k", places=report.places, commit="c" * 40, origin="https://github.com/acme/app"
    )
    change = pull_requests.change(report, b"--- a/x\n+++ b/x\n", 'app\'s "name"')
    for tool in pull_requests.TOOLS:
        pull_requests.write(tmp_path / tool, tool, [change], "newer")
        assert (tmp_path / tool / "patches/github.com/acme/app.patch").is_file()
    config = yaml.safe_load((tmp_path / "multi-gitter/multi-gitter.yaml").read_text())
    assert config["repo"] == ["acme/app"]
    spec = yaml.safe_load((tmp_path / "batch-changes/batch-spec.yaml").read_text())
    assert spec["on"] == [{"repository": "github.com/acme/app"}]
    for script in tmp_path.rglob("*.sh"):
        subprocess.run(["sh", "-n", str(script)], check=True)


def test_the_script_for_multi_gitter_applies_the_patch_in_a_clone(tmp_path):
    from tests.fleet.support import git, repository

    own = repository(tmp_path / "own", {"app.py": "x = 1\n"})
    (own / "app.py").write_text("x = 2\n")
    patch = git(own, "diff").encode() + b"\n"
    git(own, "checkout", "-q", "app.py")
    change = pull_requests.PullRequest("github.com", "acme/own", patch, "title", "body")
    pull_requests.write(tmp_path / "out", "multi-gitter", [change], "newer")
    env = {**os.environ, "REPOSITORY": "acme/own"}
    subprocess.run([str(tmp_path / "out" / "apply.sh")], cwd=own, env=env, check=True)
    assert (own / "app.py").read_text() == "x = 2\n"


def test_progress_says_how_fast_and_how_long(monkeypatch):
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    shown = Progress(300, "Reading")
    for number in range(120):
        now[0] += 0.5
        shown.count("failed" if number % 40 == 0 else "done")
    assert shown.line() == "Reading: 120 of 300 repositories, 2.0 a second, 2 min left, 3 failed"


def test_a_library_that_the_rules_know_is_not_followed():
    def row(name, **found):
        source = Source(locator=f"/{name}", name=name)
        return Row(source, "done", "", "", 0.0, 0, Report(key="k", **found))

    made = (Package(name="acme-llm", folder="", modules=("acme_llm",)),)
    rows = [
        row("maker", provides=made, places=reported().places),
        row("user", requires=("acme-llm",), imports=("acme_llm",)),
        row("no-import", requires=("acme-llm",)),
    ]
    assert {key: [each.name for each in of] for key, of in linking.links(rows).of.items()} == {
        rows[1].source.id: ["maker"]
    }
    assert not linking.links(rows, frozenset({"acme_llm"})).of


def test_a_name_is_text_in_every_report():
    source = Source(locator="/x/<img src=x>|*a*", name="<img src=x>|*a*\x1b[2J")
    counted = Counted(TODAY, frozenset())
    counted.add(Row(source, "failed", "corrupt", "<b>", 0.0, 0, None))
    overview = counted.overview("newer", {}, {})
    for text in (pages.html(overview), pages.markdown(overview)):
        assert "<img" not in text
        assert "<b>" not in text
        assert "\x1b" not in text
    assert "\\|\\*a\\*" in pages.markdown(overview)
