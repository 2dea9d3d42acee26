"""[tool.gpt55-migrate]: what is read, what wins, and what the messages say."""

from pathlib import Path

import pytest

from migrator.rulebook.rulefiles import load_rulebook
from migrator.settings import PathSettings, Settings, SettingsError, layered, load_settings, parse_settings
from migrator.settings.settings_names import check_names, check_places


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, text: str) -> Path:
    (folder / "pyproject.toml").write_text(f"[tool.gpt55-migrate]\n{text}\n")
    return folder


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(SettingsError) as caught:
        load_settings(write(folder, text), {})
    message = str(caught.value)
    assert "\n" not in message
    return message.removeprefix("pyproject.toml: [tool.gpt55-migrate]: ")


def test_without_a_file_the_defaults_hold(project):
    assert load_settings(project, {}) == Settings()


def test_every_kind_of_value(project):
    write(project, 'catalog = "published"\nsources = ["gpt-4"]\nsafe-only = true\njobs = 2\ncontext = "fit"')
    loaded = load_settings(project, {})
    assert loaded == Settings(catalog="published", sources=("gpt-4",), safe_only=True, jobs=2, context="fit")


def test_tables(project):
    write(
        project,
        'map = { "gpt-4o" = "mini" }\nweights = { a = 2 }\n'
        '[[tool.gpt55-migrate.per-path]]\npath = "old/"\nexclude = true',
    )
    loaded = load_settings(project, {})
    assert loaded.map == {"gpt-4o": "mini"}
    assert loaded.weights == {"a": 2.0}
    assert loaded.per_path == (PathSettings(path="old/", exclude=True),)


def test_the_file_above_the_root_counts(project):
    write(project, "jobs = 3")
    (project / "src" / "deep").mkdir(parents=True)
    assert load_settings(project / "src" / "deep", {}).jobs == 3


def test_a_file_without_the_table_does_not_count(project):
    write(project, "jobs = 3")
    (project / "src").mkdir()
    (project / "src" / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert load_settings(project / "src", {}).jobs == 3


def test_a_nested_file_is_seen_from_the_project(project):
    nested = project / "pk"
    nested.mkdir()
    write(nested, 'exclude = ["old", "/deep/*.py", "!keep.py"]\npins = { "a.py:3" = "mini" }')
    found = layered(project, ["pk/a.py", "b.py"], {"jobs": 2})
    assert found.at("pk/more/a.py").exclude == ("/pk/**/old", "/pk/deep/*.py", "!/pk/**/keep.py")
    assert found.at("pk/a.py").pins == {"pk/a.py:3": "mini"}
    assert found.at("b.py").exclude == ()
    assert {each.jobs for each in found.all()} == {2}


def test_what_is_extended_holds_where_nothing_else_is_said(project):
    write(project, 'context = "fit"\nexclude = ["pk/old/*.py"]\nmap = { a = "mini" }')
    (project / "pk").mkdir()
    write(project / "pk", 'extend = "../pyproject.toml"\nmap = { b = "mini" }')
    own = layered(project, ["pk/a.py"], {}).at("pk/a.py")
    assert (own.context, own.exclude, own.map) == ("fit", ("pk/old/*.py",), {"a": "mini", "b": "mini"})


@pytest.mark.parametrize("other", ["none.toml", "pyproject.toml"])
def test_what_cannot_be_extended(project, other):
    assert refusal(project, f'extend = "{other}"').startswith("extend: ")


def test_no_config(project):
    write(project, "jobs = 3")
    assert load_settings(project, {}, use_config=False).jobs == 0


def test_the_command_line_wins_and_adds(project):
    write(project, 'sources = ["gpt-4"]\nselect = ["A"]\nmap = { a = "mini", b = "mini" }\ncontext = "keep"')
    loaded = load_settings(
        project,
        {"sources": ("o1",), "select": ("B",), "map": {"b": "flagship"}, "context": "fit", "jobs": None},
    )
    assert loaded.sources == ("gpt-4", "o1")
    assert loaded.select == ("B",)
    assert loaded.map == {"a": "mini", "b": "flagship"}
    assert loaded.context == "fit"


def test_jobs_0_is_a_value(project):
    assert load_settings(write(project, "jobs = 3"), {"jobs": 0}).jobs == 0


def test_an_option_that_was_not_given_changes_nothing(project):
    write(project, "safe-only = true")
    assert load_settings(project, {"safe_only": False, "catalog": "", "select": ()}).safe_only


def test_unknown_setting_with_a_suggestion(project):
    with pytest.raises(SettingsError) as caught:
        load_settings(write(project, 'contxt = "fit"'), {})
    assert str(caught.value) == (
        'pyproject.toml: [tool.gpt55-migrate]: unknown setting "contxt"; did you mean "context"?'
    )


def test_unknown_setting_without_one(project):
    assert refusal(project, "zzzz = 1").startswith(
        'unknown setting "zzzz"; known are assume, baseline, catalog'
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('context = "grow"', 'context: expected one of "expand", "fit", "keep", got "grow"'),
        ('sources = "gpt-4"', "sources: expected a list, got a string"),
        ("safe-only = 'yes'", "safe-only: expected true or false, got a string"),
        ("jobs = 1.5", "jobs: expected a whole number, got a number"),
        ("jobs = -1", "jobs: expected 0 (every core) or more, got -1"),
        ("map = { a = 1 }", "map: expected a string, got a whole number"),
        (
            "per-path = [{ path = 'a', exclud = true }]",
            'unknown setting "per-path[0].exclud"; did you mean "exclude"?',
        ),
        ("per-path = [{ exclude = true }]", "per-path[0]: missing path"),
    ],
)
def test_wrong_values(project, text, message):
    assert refusal(project, text) == message


def test_wrong_choice_in_a_list(project):
    message = refusal(project, 'write-contexts = ["tst"]')
    assert message.startswith('write-contexts[0]: expected one of "src", "example", "test"')


def test_no_table(project):
    (project / "pyproject.toml").write_text("[tool]\ngpt55-migrate = 3\n")
    with pytest.raises(SettingsError, match="expected a table"):
        load_settings(project, {})


def test_broken_toml(project):
    (project / "pyproject.toml").write_text("[tool\n")
    with pytest.raises(SettingsError, match=r"^pyproject\.toml: no valid TOML: "):
        load_settings(project, {})


@pytest.mark.parametrize("data", [b"tool = 3\n", b"\xff\xfe\n", b"x = " + b"[" * 50_000])
def test_strange_files(project, data):
    (project / "pyproject.toml").write_bytes(data)
    with pytest.raises(SettingsError, match=r"^pyproject\.toml: "):
        load_settings(project, {})


def test_a_huge_file_is_not_read(project):
    (project / "pyproject.toml").write_bytes(b"#" * 1_000_001)
    with pytest.raises(SettingsError, match="larger than 1 MB"):
        load_settings(project, {})


@pytest.mark.parametrize("key", ["rules = ['{}']", "baseline = '{}'", "catalog = '{}'"])
def test_files_outside_the_project_are_refused(project, key):
    (project / "app").mkdir()
    (project / "rules.toml").write_text("")
    for name in ("../rules.toml", str(project / "rules.toml")):
        with pytest.raises(SettingsError, match="outside the project"):
            load_settings(write(project / "app", key.format(name)), {})


def test_a_link_that_leaves_the_project_is_refused(project):
    (project / "app").mkdir()
    (project / "rules.toml").write_text("")
    (project / "app" / "rules.toml").symlink_to(project / "rules.toml")
    with pytest.raises(SettingsError, match="outside the project"):
        load_settings(write(project / "app", "rules = ['rules.toml']"), {})


def test_files_are_found_from_the_projects_folder(project):
    (project / "sub").mkdir()
    (project / "own.toml").write_text("")
    write(project, "rules = ['own.toml']\nbaseline = 'own.toml'\ncatalog = 'own.toml'")
    loaded = load_settings(project / "sub", {})
    assert {*loaded.rules, loaded.baseline, loaded.catalog} == {str((project / "own.toml").resolve())}


def test_a_missing_file_is_named(project):
    assert 'there is no file "gone.toml"' in refusal(project, "rules = ['gone.toml']")


def test_settings_of_an_example():
    assert parse_settings({"safe-only": True}, "here").safe_only
    with pytest.raises(SettingsError, match=r'^here: unknown setting "safe_only"; did you mean "safe-only"'):
        parse_settings({"safe_only": True}, "here")


RULES = load_rulebook()


def is_model(name):
    return name.startswith("gpt-4o")


def test_names_that_the_catalogue_and_the_rules_have():
    settings = Settings(
        sources=("gpt-4",),
        map={"gpt-4o": "mini"},
        pins={"a.py:3": "gpt-5.5", "b/c.py::ask": "mini"},
        select=("GPT55-P", "GPT55-M001", "branch-flips"),
        ignore=("dynamic", "GPT55-G006"),
        weights={"live-chat": 2.0, "constraint.rate": 0.0, "live-chat.name": 1.0},
    )
    check_names(settings, RULES, is_model)
    check_places(settings, ["a.py", "b/c.py"])


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (Settings(sources=("gpt4",)), 'sources: unknown family "gpt4"; did you mean "gpt-4"?'),
        (Settings(map={"gpt-4o": "minni"}), 'map: "gpt-4o" = "minni": no target; did you mean "mini"?'),
        (Settings(map={"gpt4o": "mini"}), 'map: unknown model "gpt4o"; did you mean "gpt-4o"?'),
        (Settings(pins={"a.py:3": "xx"}), 'pins: "a.py:3" = "xx": no target; known are '),
        (
            Settings(select=("GPT55-P999",)),
            'select: unknown rule or reason "GPT55-P999"; did you mean "GPT55-P',
        ),
        (
            Settings(ignore=("branch-flip5",)),
            'ignore: unknown rule or reason "branch-flip5"; did you mean "branch-flips"?',
        ),
        (
            Settings(weights={"live-chatt": 1.0}),
            'weights: unknown rule "live-chatt"; did you mean "live-chat"?',
        ),
        (
            Settings(per_path=(PathSettings(path="x", ignore=("nothing",)),)),
            'ignore: unknown rule or reason "nothing"; ',
        ),
    ],
)
def test_names_that_are_not_there(settings, message):
    with pytest.raises(SettingsError) as caught:
        check_names(settings, RULES, is_model)
    assert str(caught.value).startswith(message)


def test_a_pin_of_a_file_that_is_not_there():
    with pytest.raises(SettingsError, match=r'pins: unknown file "src/ap.py"; did you mean "src/app.py"'):
        check_places(Settings(pins={"src/ap.py:3": "mini"}), ["src/app.py"])
