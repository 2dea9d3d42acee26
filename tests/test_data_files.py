"""Tables and defaults in JSON, YAML and TOML files that the code loads: what is edited, what is left."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
import tomli

from migrator import pipeline
from migrator.settings import Settings
from migrator.write.patch import unified

if TYPE_CHECKING:
    from pathlib import Path

yaml = pytest.importorskip("yaml")

APP = """\
import json
import os
from importlib import resources
from pathlib import Path

import tomli
import yaml
from openai import OpenAI

{load}


def window(model):
    return {read}


def ask(text, model="gpt-4o"):
    text = text[: window(model)]
    return OpenAI().chat.completions.create(model=model, messages=[{{"role": "user", "content": text}}])
"""
MAP = {"gpt-4o": "flagship", "gpt-4o-mini": "mini"}
LOAD_JSON = 'TABLE = json.loads(Path(__file__).with_name("table.json").read_text())'
LOAD_YAML = 'TABLE = yaml.safe_load(Path(__file__).with_name("table.yaml").read_text())'
LOAD_TOML = 'TABLE = tomli.loads(Path(__file__).with_name("table.toml").read_text())'
LOADS = {"json": LOAD_JSON, "yaml": LOAD_YAML, "toml": LOAD_TOML}


def app(load: str = LOAD_JSON, read: str = "TABLE[model]") -> str:
    return APP.format(load=load, read=read)


def migrated(files: dict[str, str], **settings: Any) -> tuple[Any, dict[str, str]]:
    """The inventory and the new files; a second run changes nothing."""
    chosen = msgspec.convert({"map": MAP, "config-files": True, **settings}, Settings)
    inventory, new = pipeline.migrate({path: text.encode() for path, text in files.items()}, chosen)
    again = pipeline.migrate(new, chosen)[1]
    assert again == new
    return inventory, {path: data.decode() for path, data in new.items()}


def table(form: str, text: str, read: str = "TABLE[model]", **settings: Any) -> str:
    """What becomes of a table that the program asks for the model that it calls."""
    name = f"table.{form}"
    inventory, new = migrated({"app.py": app(LOADS[form], read), name: text}, **settings)
    assert not inventory.diagnostics
    return new[name]


# -- rows --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "old", "new"),
    [
        pytest.param("json", '{"gpt-4o": 128000}', '{"gpt-4o": 128000, "gpt-5.5": 1000000}', id="one line"),
        pytest.param(
            "json",
            '{\n    "gpt-4o": 128000,\n    "o3": 200000\n}\n',
            '{\n    "gpt-4o": 128000,\n    "gpt-5.5": 1000000,\n    "o3": 200000\n}\n',
            id="indented",
        ),
        pytest.param(
            "json",
            '{\n\t"o3": 200000,\n\t"gpt-4o": 128000\n}',
            '{\n\t"o3": 200000,\n\t"gpt-4o": 128000,\n\t"gpt-5.5": 1000000\n}',
            id="last row, tabs, no newline at the end",
        ),
        pytest.param("yaml", "gpt-4o: 128000\n", "gpt-4o: 128000\ngpt-5.5: 1000000\n", id="yaml block"),
        pytest.param(
            "yaml",
            "{gpt-4o: 128_000, o3: 200_000}",
            "{gpt-4o: 128_000, gpt-5.5: 1_000_000, o3: 200_000}",
            id="yaml in braces",
        ),
        pytest.param(
            "yaml",
            "# windows\n'gpt-4o':   128000   # tokens\n\n# others\no3: 200000",
            "# windows\n'gpt-4o':   128000   # tokens\n'gpt-5.5':   1000000\n\n# others\no3: 200000",
            id="yaml comments",
        ),
        pytest.param("toml", "gpt-4o = 128_000", 'gpt-4o = 128_000\n"gpt-5.5" = 1_000_000', id="toml line"),
        pytest.param(
            "toml",
            '"gpt-4o" = 128_000 # tokens\n\n[other]\na = 1\n',
            '"gpt-4o" = 128_000 # tokens\n"gpt-5.5" = 1_000_000\n\n[other]\na = 1\n',
            id="toml comment",
        ),
    ],
)
def test_a_row_is_added_in_the_layout_of_its_neighbour(form: str, old: str, new: str) -> None:
    assert table(form, old) == new


RECORDS = {
    "json": '{"gpt-4o": {"window": 128000, "usd": {"input": 2.5, "output": 10.0}, "vision": true}}',
    "yaml": (
        "gpt-4o: # usual\n  window: 128000\n  usd: {input: 2.5, output: 10.0}\n"
        "  vision: true\no3:\n  window: 200000\n  usd: {input: 2.0, output: 8.0}\n  vision: true\n"
    ),
    "toml": (
        "[gpt-4o]  # usual\nwindow = 128_000\nvision = true\n[gpt-4o.usd]\ninput = 2.5\noutput = 10.0\n"
        "\n[o3]\nwindow = 200_000\nvision = true\n"
    ),
}
LOADED = {"json": json.loads, "yaml": yaml.safe_load, "toml": tomli.loads}


@pytest.mark.parametrize("form", list(RECORDS))
def test_a_record_has_the_figures_of_the_new_model_in_the_old_units(form: str) -> None:
    old = RECORDS[form]
    new = table(form, old, 'TABLE[model]["window"]')
    held = LOADED[form](new)
    assert held.pop("gpt-5.5") == {"window": 1000000, "usd": {"input": 5.0, "output": 30.0}, "vision": True}
    assert held == LOADED[form](old)
    assert [line for line in new.splitlines() if line in old.splitlines()] or form == "json"


@pytest.mark.parametrize("form", list(RECORDS))
def test_a_flag_that_the_new_model_does_not_fulfil_is_false(form: str) -> None:
    new = table(
        form, RECORDS[form].replace("vision", "vision"), 'TABLE[model]["window"]', map={"gpt-4o": "mini"}
    )
    assert LOADED[form](new)["gpt-5.5-mini"]["vision"] is False


@pytest.mark.parametrize(
    ("form", "old", "new"),
    [
        ("json", '["gpt-4o", "o3"]', '["gpt-4o", "gpt-5.5", "o3"]'),
        ("yaml", "# allowed\n- gpt-4o  # usual\n- o3\n", "# allowed\n- gpt-4o  # usual\n- gpt-5.5\n- o3\n"),
    ],
)
def test_an_allowed_list_gains_the_id(form: str, old: str, new: str) -> None:
    loaded = LOADS[form]
    check = (
        f"{loaded}\n\n\ndef checked(model):\n    if model not in TABLE:\n        raise ValueError(model)\n"
    )
    files = {"app.py": app(check, "checked(model)"), f"table.{form}": old}
    assert migrated(files)[1][f"table.{form}"] == new


def test_an_allowed_list_in_toml_keeps_its_comments() -> None:
    old = 'allowed = [\n    "gpt-4o",  # usual\n    "o3",  # rare\n]\n'
    check = f"{LOAD_TOML}\n\n\ndef checked(model):\n    if model not in TABLE['allowed']:\n        raise ValueError\n"
    new = migrated({"app.py": app(check, "checked(model)"), "table.toml": old})[1]["table.toml"]
    assert new == old.replace("# usual\n", '# usual\n    "gpt-5.5",\n')


def test_records_in_a_list() -> None:
    old = '[\n  {"id": "gpt-4o", "context_window": 128000},\n  {"id": "o3", "context_window": 200000}\n]\n'
    new = table("json", old, 'next(r for r in TABLE if r["id"] == model)["context_window"]')
    assert json.loads(new)[1] == {"id": "gpt-5.5", "context_window": 1000000}
    assert new.replace('  {"id": "gpt-5.5", "context_window": 1000000},\n', "") == old


def test_tables_of_toml_in_a_list() -> None:
    old = '[[models]]\nid = "gpt-4o"\ncontext_window = 128_000\n\n[[models]]\nid = "o3"\ncontext_window = 200_000\n'
    new = table("toml", old, 'next(r for r in TABLE["models"] if r["id"] == model)["context_window"]')
    added = '[[models]]\nid = "gpt-5.5"\ncontext_window = 1_000_000\n\n'
    assert new == old.replace('[[models]]\nid = "o3"', added + '[[models]]\nid = "o3"')


@pytest.mark.parametrize("form", list(RECORDS))
def test_newlines_and_byte_order_marks_stay(form: str) -> None:
    old = b"\xef\xbb\xbf" + RECORDS[form].replace("\n", "\r\n").encode()
    files = {"app.py": app(LOADS[form], 'TABLE[model]["window"]').encode(), f"table.{form}": old}
    new = pipeline.migrate(files, msgspec.convert({"map": MAP, "config-files": True}, Settings))[1]
    text = new[f"table.{form}"]
    assert text.startswith(b"\xef\xbb\xbf")
    assert b"gpt-5.5" in text
    assert text.count(b"\n") == text.count(b"\r\n")


# -- how it is loaded --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "load",
    [
        'with open("table.json") as f:\n    TABLE = json.load(f)',
        'TABLE = json.load(open(os.path.join(os.path.dirname(__file__), "table.json")))',
        'HERE = Path(__file__).resolve().parent\nTABLE = json.loads((HERE / "table.json").read_text())',
        'NAME = "table"\nTABLE = json.loads(Path(f"{NAME}.json").read_bytes())',
        'TABLE = json.loads(Path(os.environ.get("TABLE", "table.json")).read_text())',
        'TABLE = json.loads(resources.files(__package__).joinpath("table.json").read_text())',
        'def load(name):\n    with open(name) as f:\n        return json.load(f)\n\n\nTABLE = load("table.json")',
        'def where():\n    return Path(__file__).parent\n\n\nTABLE = json.loads((where() / "table.json").read_text())',
        'class Store:\n    path = "table.json"\n\n    def all(self):\n        with open(self.path) as f:\n'
        "            return json.load(f)\n\n\nTABLE = Store().all()",
    ],
)
def test_the_file_is_found_by_the_code_that_loads_it(load: str) -> None:
    new = migrated({"app.py": app(load), "table.json": '{"gpt-4o": 128000}'})[1]
    assert new["table.json"] == '{"gpt-4o": 128000, "gpt-5.5": 1000000}'


@pytest.mark.parametrize(
    "load",
    [
        pytest.param('TABLE = json.loads(Path("/etc/table.json").read_text())', id="outside"),
        pytest.param('TABLE = json.loads(Path("../table.json").read_text())', id="above the root"),
        pytest.param('TABLE = json.loads(os.environ["TABLE"])', id="a text, no file"),
        pytest.param(
            "NAME = input()\nTABLE = json.loads(Path(NAME).read_text())", id="a path known when it runs"
        ),
        pytest.param('TABLE = dict(open("table.json"))', id="no loader"),
    ],
)
def test_what_is_not_seen_to_be_loaded_is_not_read(load: str) -> None:
    inventory, new = migrated({"app.py": app(load), "table.json": '{"gpt-4o": 128000}'})
    assert new["table.json"] == '{"gpt-4o": 128000}'
    assert {one.path for one in inventory.references} == {"app.py"}


def test_of_two_files_that_may_be_meant_none_is_taken() -> None:
    files = {
        "pkg/app.py": app('TABLE = json.load(open("table.json"))'),
        "table.json": '{"gpt-4o": 128000}',
        "pkg/table.json": '{"gpt-4o": 128000}',
    }
    inventory, new = migrated(files)
    assert new == files
    assert {(one.path, one.reason) for one in inventory.references} == {("pkg/app.py", "must-move-together")}


# -- values ------------------------------------------------------------------------------------------

CONFIGURED = """\
from pathlib import Path

import yaml
from openai import OpenAI

CONFIG = yaml.safe_load(Path(__file__).with_name("config.yaml").read_text())


def ask(text):
    return OpenAI().chat.completions.create(
        model=CONFIG["llm"]["model"], messages=[{"role": "user", "content": text}], **CONFIG["llm"]["options"]
    )
"""
CONFIG = "llm:\n  model: gpt-4o  # gpt-4o since May\n  options:\n    max_tokens: 700\n    temperature: 0.2\n"


def test_a_model_in_a_configuration_moves_with_its_parameters() -> None:
    _, new = migrated({"app.py": CONFIGURED, "config.yaml": CONFIG})
    assert new["app.py"] == CONFIGURED
    assert new["config.yaml"] == (
        "llm:\n  model: gpt-5.5  # gpt-4o since May\n  options:\n    max_completion_tokens: 700\n"
    )


def test_without_config_files_nothing_of_it_moves() -> None:
    inventory, new = migrated({"app.py": CONFIGURED, "config.yaml": CONFIG}, **{"config-files": False})
    assert new == {"app.py": CONFIGURED, "config.yaml": CONFIG}
    (reference,) = [one for one in inventory.references if one.action == "rewrite"]
    assert (reference.path, reference.line, reference.context) == ("config.yaml", 2, "config")
    assert reference.selected is False
    assert reference.variant == "gpt-5.5"


def test_a_default_in_code_waits_for_the_file_that_overrides_it() -> None:
    code = CONFIGURED.replace('CONFIG["llm"]["model"]', 'CONFIG.get("model", "gpt-4o-mini")')
    code = code.replace('**CONFIG["llm"]["options"]', "max_tokens=9")
    inventory, new = migrated({"app.py": code, "config.yaml": "model: gpt-4o\n"}, **{"config-files": False})
    assert new["app.py"] == code
    assert [one.reason for one in inventory.references if one.path == "app.py"] == ["must-move-together"]
    new = migrated({"app.py": code, "config.yaml": "model: gpt-4o\n"})[1]
    assert "max_completion_tokens=9" in new["app.py"]
    assert new["config.yaml"] == "model: gpt-5.5\n"


def test_a_record_that_is_filled_from_a_file() -> None:
    code = (
        "import tomli\nfrom dataclasses import dataclass\nfrom openai import OpenAI\n\n\n@dataclass\n"
        "class Settings:\n    model: str\n\n\nwith open('settings.toml', 'rb') as file:\n"
        "    SETTINGS = Settings(**tomli.load(file))\n\n\ndef ask(text):\n"
        "    return OpenAI().responses.create(model=SETTINGS.model, input=text)\n"
    )
    new = migrated({"app.py": code, "settings.toml": "model = 'gpt-4o'  # usual\n"})[1]
    assert new["settings.toml"] == "model = 'gpt-5.5'  # usual\n"


# -- noops -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "text", "read"),
    [
        pytest.param("json", '{"gpt-4o": 1, "gpt-5.5": 2}', "TABLE[model]", id="the row is there"),
        pytest.param("yaml", "- model: gpt-4o\n  answer: yes\n", "len(TABLE)", id="records that nobody asks"),
        pytest.param("json", '{"note": "use gpt-4o for contracts"}', 'TABLE["note"]', id="prose"),
        pytest.param("yaml", "gpt-4o: 2.5\n", "len(TABLE)", id="keys that nobody looks up"),
        pytest.param("yaml", "# was gpt-4o\ndefault: o3\n", 'TABLE["default"]', id="a comment"),
        pytest.param("json", '{"claude": 1}', "TABLE.get(model, 9)", id="no id at all"),
        pytest.param("toml", '[audio]\nvoice = "gpt-4o-mini-tts"\n', 'TABLE["audio"]["voice"]', id="speech"),
        pytest.param("json", '{"gpt-4o": 5, "gpt-4o": 6}', "TABLE[model]", id="a key twice"),
        pytest.param(
            "yaml", "gpt-4o: &usual {price: 2.5}\no3: *usual\n", "TABLE[model]['price']", id="an anchor"
        ),
        pytest.param("toml", "gpt-4o.price = 2.5\no3.price = 1\n", "TABLE[model]['price']", id="dotted rows"),
    ],
)
def test_noop(form: str, text: str, read: str) -> None:
    chosen = msgspec.convert({"map": MAP, "config-files": True}, Settings)
    files = {"app.py": app(LOADS[form], read).encode(), f"table.{form}": text.encode()}
    assert pipeline.migrate(files, chosen)[1][f"table.{form}"].decode() == text


@pytest.mark.parametrize(
    ("read", "miss"),
    [
        ("TABLE[model]", "raises KeyError"),
        ("TABLE.get(model, 8_000)", "falls back to 8_000"),
        ("TABLE[model] if model in TABLE else 9", "takes the other way"),
    ],
)
def test_without_config_files_the_table_is_reported_and_the_id_waits(read: str, miss: str) -> None:
    files = {"app.py": app(read=read), "table.json": '{"gpt-4o": 128000}'}
    inventory, new = migrated(files, **{"config-files": False})
    assert new == files
    (found,) = inventory.tables
    assert (found.path, found.missing, found.action) == ("table.json", ("gpt-5.5",), "review")
    assert miss in found.on_miss
    (default,) = [one for one in inventory.references if one.path == "app.py"]
    assert (default.action, default.reason) == ("review", "must-move-together")
    assert "config-files" in default.detail


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('{"gpt-4o": 5, "gpt-4o": 6}', id="a key twice"),
        pytest.param('{"gpt-4o": 128000', id="no JSON"),
    ],
)
def test_what_cannot_be_written_leaves_no_half_of_the_change(text: str) -> None:
    chosen = msgspec.convert({"map": MAP, "config-files": True}, Settings)
    files = {"app.py": app().encode(), "table.json": text.encode()}
    inventory, new = pipeline.migrate(files, chosen)
    assert new["table.json"] == files["table.json"]
    assert new["app.py"] == files["app.py"] or any(one.path == "table.json" for one in inventory.findings)


@pytest.mark.parametrize("read", ["TABLE[model]", "TABLE.get(model, 8)", 'TABLE["windows"][model]'])
@pytest.mark.parametrize("text", ['{"gpt-4o": 9,, }', json.dumps({"pad": "x" * 4_000_000, "gpt-4o": 9})])
def test_an_id_that_is_looked_up_in_what_cannot_be_read_waits(text: str, read: str) -> None:
    inventory, new = migrated({"app.py": app(read=read), "table.json": text})
    assert new["app.py"] == app(read=read)
    details = [one.detail for one in inventory.references if one.path == "app.py"]
    assert any("table.json" in detail for detail in details)


def test_noop_what_cannot_be_read_and_is_not_asked_for_the_model() -> None:
    code = app(read="len(TABLE)")
    assert "gpt-5.5" in migrated({"app.py": code, "table.json": '{"gpt-4o": 9,, }'})[1]["app.py"]


def test_a_suppressed_table_stays_with_what_needs_it() -> None:
    text = "gpt-4o: 128000  # gpt55: ignore\n"
    files = {"app.py": app(LOAD_YAML), "table.yaml": text}
    assert migrated(files)[1] == files


def test_without_a_yaml_library_the_file_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    inventory, new = migrated({"app.py": app(LOAD_YAML), "table.yaml": "gpt-4o: 128000\n"})
    assert new["table.yaml"] == "gpt-4o: 128000\n"
    (finding,) = [one for one in inventory.findings if one.path == "table.yaml"]
    assert "pip install pyyaml" in finding.message


# -- on disk -----------------------------------------------------------------------------------------


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "app.py").write_text(app(), encoding="utf-8")
    (tmp_path / "table.json").write_text('{\r\n "gpt-4o": 128000\r\n}', newline="", encoding="utf-8")
    (tmp_path / "other.json").write_text('{"gpt-4o": 128000}', encoding="utf-8")
    return tmp_path


def reviewed(root: Path, *given: str, **settings: Any) -> Any:
    chosen = msgspec.convert({"map": MAP, "config-files": True, "jobs": 1, **settings}, Settings)
    return pipeline.review([root / name for name in given] or [root], chosen, root=root)


def test_edits_of_both_files_make_a_patch_and_say_their_bytes(project: Path) -> None:
    inventory = reviewed(project)
    made = pipeline.changes(inventory, project)
    assert [change.path for change in made.files] == ["app.py", "table.json"]
    assert made.files[1].new == b'{\r\n "gpt-4o": 128000,\r\n "gpt-5.5": 1000000\r\n}'
    assert b"+++ b/table.json" in unified("table.json", made.files[1].old, made.files[1].new)
    assert all(edit.digest for edit in inventory.edits)
    (row,) = [edit for edit in inventory.edits if edit.path == "table.json"]
    (name,) = [edit for edit in inventory.edits if edit.path == "app.py"]
    assert row.group == name.group
    assert row.rank < name.rank


def test_a_file_that_changed_since_takes_nothing_along(project: Path) -> None:
    inventory = reviewed(project)
    (project / "table.json").write_text('{"gpt-4o": 1}', encoding="utf-8")
    made = pipeline.changes(inventory, project)
    assert not made.files
    assert [one.path for one in made.diagnostics] == ["table.json"]


@pytest.mark.parametrize(
    ("hide", "settings"),
    [
        pytest.param("table.json\n", {}, id="gitignore"),
        pytest.param("", {"exclude": ["table.json"]}, id="excluded"),
    ],
)
def test_hidden_files_are_not_read(project: Path, hide: str, settings: dict[str, Any]) -> None:
    (project / ".gitignore").write_text(hide, encoding="utf-8")
    inventory = reviewed(project, **settings)
    assert {one.path for one in inventory.references} == {"app.py"}


def test_a_link_out_of_the_root_is_not_followed(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "table.json"
    outside.write_text('{"gpt-4o": 128000}', encoding="utf-8")
    (project / "table.json").unlink()
    (project / "table.json").symlink_to(outside)
    assert {one.path for one in reviewed(project).references} == {"app.py"}


def test_a_part_of_a_project_is_judged_with_its_tables(project: Path) -> None:
    whole, part = reviewed(project), reviewed(project, "app.py")
    assert [edit.id for edit in part.edits] == [edit.id for edit in whole.edits]


def test_a_data_file_is_no_python_file(project: Path) -> None:
    inventory = reviewed(project, "table.json")
    assert not inventory.diagnostics
    assert {one.path for one in inventory.references} == {"table.json"}


@pytest.mark.parametrize("wanted", [True, False])
def test_code_that_names_no_model_is_found_by_the_file_that_it_loads(tmp_path: Path, wanted: bool) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "app.py").write_text(
        "from openai import OpenAI\nfrom conf import CONFIG\n\n\ndef ask(text):\n"
        '    return OpenAI().responses.create(model=CONFIG["model"], input=text)\n',
        encoding="utf-8",
    )
    (tmp_path / "conf.py").write_text(
        'import json\n\nwith open("conf.json") as file:\n    CONFIG = json.load(file)\n', encoding="utf-8"
    )
    (tmp_path / "conf.json").write_text('{"model": "gpt-4o"}', encoding="utf-8")
    made = pipeline.changes(reviewed(tmp_path, **{"config-files": wanted}), tmp_path)
    assert [change.new for change in made.files] == ([b'{"model": "gpt-5.5"}'] if wanted else [])


# -- registers that nothing is seen to ask -----------------------------------------------------------

LOOSE = """\
from openai import OpenAI


class Registry:
    file = "models.json"

    def __init__(self, folder):
        self.rows = folder.load(self.file)

    def row(self, name):
        return next((row for row in self.rows if row.id == name), None)


def ask(text, model="gpt-4o"):
    return OpenAI().chat.completions.create(model=model, messages=[{"role": "user", "content": text}])
"""
REGISTERS = {
    "a map of rows": '{"items": {"gpt-4o": {"ctx": 128000}, "o3": {"ctx": 200000}}}',
    "records": '{"rows": [{"id": "gpt-4o", "ctx": 128000}, {"id": "o3", "ctx": 200000}]}',
    "names with vendors": '[{"id": "openai/gpt-4o"}, {"id": "xai/grok"}]',
    "a list": '["gpt-4o", "o3"]',
}
OTHER_DATA = {
    "records of what was run": '[{"model": "gpt-4o", "f1": 0.7}, {"model": "gpt-4o", "f1": 0.8}]',
    "a register that has the new id": '{"gpt-4o": {"ctx": 128000}, "gpt-5.5": {"ctx": 1000000}}',
    "a register of others": '{"gpt-4o-mini": {"ctx": 128000}, "o3": {"ctx": 200000}}',
    "a text": '{"about": "gpt-4o and o3", "more": "o3"}',
}


def loose(data: str, code: str = LOOSE, **settings: Any) -> tuple[Any, str]:
    inventory, new = migrated({"app.py": code, "models.json": data}, **{"config-files": False, **settings})
    return inventory, new["app.py"]


@pytest.mark.parametrize("data", REGISTERS.values(), ids=REGISTERS)
def test_an_id_waits_for_its_row_in_a_register_that_was_not_followed(data: str) -> None:
    inventory, code = loose(data)
    assert code == LOOSE
    (one,) = [one for one in inventory.references if one.path == "app.py"]
    assert one.reason == "must-move-together"
    assert "models.json has a row for gpt-4o and none for gpt-5.5" in one.detail


@pytest.mark.parametrize("data", OTHER_DATA.values(), ids=OTHER_DATA)
def test_other_data_keeps_no_id(data: str) -> None:
    assert 'model="gpt-5.5"' in loose(data)[1]


def test_a_register_that_no_code_names_keeps_no_id() -> None:
    code = LOOSE.replace("models.json", "rows.json")
    assert 'model="gpt-5.5"' in loose(REGISTERS["records"], code)[1]


def test_an_id_that_is_written_into_its_call_is_looked_up_nowhere() -> None:
    code = LOOSE.replace('model="gpt-4o"', "model=None").replace("model=model", 'model="gpt-4o"')
    assert 'model="gpt-5.5"' in loose(REGISTERS["records"], code)[1]


def test_a_register_is_found_beside_code_on_disk(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(LOOSE)
    (tmp_path / "models.json").write_text(REGISTERS["records"])
    found = pipeline.review([tmp_path], Settings(map=MAP), root=tmp_path)
    assert [one.reason for one in found.references] == ["must-move-together"]
