"""What is decided about a line does not depend on what was named, nor on the working directory."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from migrator.cli import cli
from migrator.commands import options, target
from migrator.decide.requests.pins import compatible, read_pins
from migrator.settings import Settings

CALL = """
from openai import OpenAI
{imports}

def reply(m, **more):
    return OpenAI().chat.completions.create(model={model}, messages=m, max_tokens=300)
"""
OLD_PIN = '[project]\nname = "x"\nversion = "1"\ndependencies = ["openai==1.30"]\n'
TOOL = "[tool.gpt55-migrate]\n"


def scan(where: str | Path, *paths: str, cwd: Path) -> dict[str, tuple[object, ...]]:
    """The decision about each reference, by its place in the project."""
    here = os.getcwd()
    os.chdir(cwd)
    try:
        done = CliRunner().invoke(cli, ["scan", "--format", "json", *paths], catch_exceptions=False)
    finally:
        os.chdir(here)
    assert done.exit_code == 0, done.output
    root = cwd / paths[0] if len(paths) == 1 and (cwd / paths[0]).is_dir() else cwd
    found = json.loads(done.stdout)
    top = Path(os.path.realpath(where))
    return {
        f"{Path(os.path.realpath(root / one['path'])).relative_to(top)}:{one['line']}:{one['column']}": (
            one["action"],
            one.get("variant"),
            one.get("replacement"),
            one.get("reason"),
            one["context"],
            one["selected"],
            one["fingerprint"],
        )
        for one in found["references"]
    }


def points(*paths: str, cwd: Path) -> set[tuple[str, ...]]:
    """What is reported in some files, with the names by which it is known again."""
    here = os.getcwd()
    os.chdir(cwd)
    try:
        done = CliRunner().invoke(cli, ["scan", "--format", "sarif", *paths], catch_exceptions=False)
    finally:
        os.chdir(here)
    found = set()
    for one in json.loads(done.stdout)["runs"][0]["results"]:
        place = one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        if "." in paths or any(place == path or place.startswith(f"{path}/") for path in paths):
            found.add((place, one["ruleId"], *one["partialFingerprints"].values()))
    return found


FOLDERS = ("", "pk", "pk/inner", "services/chat", "tests")
MANIFESTS = {
    "pyproject.toml": [
        OLD_PIN,
        '[project]\nname = "y"\ndependencies = ["openai>=2"]\n',
        TOOL + 'map = { "gpt-4o" = "mini" }\n',
        TOOL + 'map = { "gpt-4o" = "flagship" }\nignore = ["GPT55-P"]\n',
        TOOL + 'catalog = "published"\n',
        TOOL + 'exclude = ["skipped.py"]\nsafe-only = true\n',
        OLD_PIN + TOOL + 'write-contexts = ["test"]\npins = { "a.py:6" = "mini" }\n',
    ],
    "requirements.txt": ["openai==1.30.0\n", "openai\n", "-r other.txt\n"],
    "uv.lock": ['[[package]]\nname = "openai"\nversion = "1.30.0"\n'],
}


@st.composite
def trees(draw):
    files = {}
    for folder in FOLDERS:
        prefix = f"{folder}/" if folder else ""
        for name in ("a.py", "skipped.py"):
            if draw(st.booleans()):
                imports = draw(
                    st.sampled_from(["", "from shared import MODEL", "from options import OPTIONS"])
                )
                model = (
                    "MODEL" if "MODEL" in imports else draw(st.sampled_from(['"gpt-4o"', '"gpt-4o-mini"']))
                )
                files[prefix + name] = CALL.format(imports=imports, model=model)
                if "OPTIONS" in imports:
                    files[prefix + name] = files[prefix + name].replace("max_tokens=300", "**OPTIONS")
        for name, texts in MANIFESTS.items():
            if draw(st.integers(0, 3)) == 0:
                files[prefix + name] = draw(st.sampled_from(texts))
        if "pins" in files.get(f"{prefix}pyproject.toml", ""):
            files.setdefault(f"{prefix}a.py", CALL.format(imports="", model='"gpt-4o"'))
    files["shared.py"] = 'MODEL = "gpt-4o"\n'
    files["options.py"] = 'OPTIONS = {"temperature": 0.5}\n'
    files["other.txt"] = "openai==1.2\n"
    return files


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(trees(), st.booleans(), st.data())
def test_a_part_is_judged_as_the_whole(tmp_path_factory, files, is_repository, data):
    with tempfile.TemporaryDirectory(dir=tmp_path_factory.getbasetemp()) as made:
        top = Path(made) / "top"
        for name, text in files.items():
            (top / name).parent.mkdir(parents=True, exist_ok=True)
            (top / name).write_text(text)
        if is_repository:
            (top / ".git").mkdir()
        else:
            (top / "setup.py").write_text("")
        whole = scan(top, ".", cwd=top)
        read = {place.partition(":")[0] for place in whole}
        folders = [folder for folder in FOLDERS[1:] if (top / folder).is_dir()]
        names = sorted({*read, *folders, "options.py"})
        chosen = data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True))
        part = scan(top, *chosen, cwd=top)
        assert part == {place: whole[place] for place in part}
        told = points(".", cwd=top)
        assert points(*chosen, cwd=top) == {
            p for p in told if any(p[0] == c or p[0].startswith(f"{c}/") for c in chosen)
        }
        wanted = {p for p in whole if any(p.startswith((f"{c}:", f"{c}/")) for c in chosen)}
        assert wanted <= part.keys()
        inner = data.draw(st.sampled_from([top, *(top / f for f in FOLDERS[1:] if (top / f).is_dir())]))
        below = [c for c in chosen if (top / c).is_relative_to(inner) and top / c != inner]
        if below:
            again = scan(top, *(os.path.relpath(top / c, inner) for c in below), cwd=inner)
            assert again == {place: whole[place] for place in again}


def test_nested_settings_and_pins(tmp_path):
    (tmp_path / ".git").mkdir()
    for folder, manifest in {
        ".": OLD_PIN + TOOL + 'map = { "gpt-4o" = "mini" }\n',
        "pk": '[project]\nname = "pk"\ndependencies = ["openai>=2"]\n'
        + TOOL
        + 'map = { "gpt-4o" = "flagship" }\n',
        "pk/more": TOOL + 'extend = "../../pyproject.toml"\nignore = ["GPT55-M"]\n',
    }.items():
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / "pyproject.toml").write_text(manifest)
        (tmp_path / folder / "a.py").write_text(CALL.format(imports="", model='"gpt-4o"'))
    whole = scan(tmp_path, ".", cwd=tmp_path)
    told = {place.partition(":")[0]: decision for place, decision in whole.items()}
    assert told["a.py"][0] == "review"
    assert told["a.py"][3] == "dependency-too-old"
    assert told["pk/a.py"][1] == "gpt-5.5"
    assert told["pk/more/a.py"][1] == "gpt-5.5-mini"
    assert [decision[5] for decision in told.values()] == [False, True, False]
    for part in ("pk", "pk/a.py", "pk/more", "a.py"):
        found = scan(tmp_path, part, cwd=tmp_path)
        assert found
        assert found == {place: whole[place] for place in found}


def test_a_file_that_only_holds_parameters_is_judged_with_the_call_that_sends_them(tmp_path):
    (tmp_path / "setup.py").write_text("")
    (tmp_path / "options.py").write_text('OPTIONS = {"temperature": 0.5}\n')
    (tmp_path / "more.py").write_text("from options import OPTIONS\n")
    call = CALL.format(imports="from more import OPTIONS", model='"gpt-4o"')
    (tmp_path / "a.py").write_text(call.replace("max_tokens=300", "**OPTIONS"))
    (tmp_path / "apart.py").write_text("print(1)\n")
    told = points(".", cwd=tmp_path)
    assert (
        points("options.py", cwd=tmp_path) == {point for point in told if point[0] == "options.py"} != set()
    )
    assert points("apart.py", cwd=tmp_path) == set()


def test_paths_are_those_of_the_folder_that_was_named(tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / "services").mkdir()
    (tmp_path / "requirements.txt").write_text("openai==1.30\n")
    (tmp_path / "services" / "app.py").write_text(CALL.format(imports="", model='"gpt-4o"'))
    done = CliRunner().invoke(cli, ["scan", "--format", "json", str(tmp_path / "services")])
    [reference] = json.loads(done.stdout)["references"]
    assert reference["path"] == "app.py"
    assert "app.py:6" in reference["detail"]
    assert "services/app.py" not in reference["detail"]
    assert "../requirements.txt declares openai==1.30" in reference["detail"]


MANIFEST_CASES = [
    ("pyproject.toml", '[project.optional-dependencies]\nx = ["openai==1.30"]'),
    ("pyproject.toml", '[dependency-groups]\ndev = ["openai==1.30", {include-group = "x"}]'),
    ("pyproject.toml", '[tool.poetry.dependencies]\nopenai = "~1.30"'),
    (
        "pyproject.toml",
        '[tool.poetry.group.llm.dependencies]\nopenai = { version = "^0.28", extras = ["x"] }',
    ),
    ("pyproject.toml", '[tool.uv]\nconstraint-dependencies = ["openai<1.40"]'),
    ("pyproject.toml", '[tool.pdm.dev-dependencies]\nx = ["openai~=1.30.1"]'),
    ("setup.cfg", "[options]\ninstall_requires =\n    click\n    openai<=1.44\n"),
    ("setup.py", 'NEEDED = ["openai==1.30"]\nsetup(install_requires=NEEDED)'),
    ("setup.py", 'setup(extras_require={"llm": ["openai[x]<1.40"]})'),
    ("Pipfile", '[packages]\nopenai = "==1.30.0"'),
    ("Pipfile.lock", '{"default": {"openai": {"version": "==1.30.0"}}}'),
    ("poetry.lock", '[[package]]\nname = "openai"\nversion = "1.30.0"'),
    ("requirements/base.txt", "openai==1.30 \\\n  --hash=sha256:0\n"),
    ("requirements-dev.txt", "openai == 1.30 ; python_version > '3.8'  # old"),
    ("app-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: app\nRequires-Dist: openai (<1.40,>=1.2)\n"),
    ("PKG-INFO", 'Name: app\nRequires-Dist: openai==1.30 ; extra == "llm"\n\nRequires-Dist: none\n'),
]


@pytest.mark.parametrize(("name", "text"), MANIFEST_CASES)
def test_every_kind_of_manifest(name, text):
    assert name in read_pins({name: text.encode()}).too_old("openai>=1.45", "src/app.py")
    assert not read_pins({name: text.replace("openai", "open-ai").encode()}).too_old("openai>=1.45", "a.py")


def test_the_nearest_manifest_that_names_the_library_counts():
    files = {
        "pyproject.toml": OLD_PIN.encode(),
        "pk/requirements.txt": b"openai>=2\n",
        "docs/setup.cfg": b"[x]",
    }
    pins = read_pins(files)
    assert pins.too_old("openai>=1.45", "app.py")
    assert pins.too_old("openai>=1.45", "docs/app.py")
    assert not pins.too_old("openai>=1.45", "pk/deep/app.py")


def test_what_a_build_has_declared_counts_only_where_nothing_else_does():
    built = {"app.egg-info/PKG-INFO": b"Name: app\nRequires-Dist: openai==1.30\n"}
    assert read_pins(built).too_old("openai>=1.45", "app/main.py")
    assert not read_pins({**built, "requirements.txt": b"openai>=2\n"}).too_old("openai>=1.45", "app/main.py")
    text = b"Name: app\n\nRequires-Dist: openai==1.30 is what a readme says\n"
    assert not read_pins({"PKG-INFO": text}).too_old("openai>=1.45", "app.py")


def test_what_is_included_counts_and_circles_end():
    files = {"requirements.txt": b"-r more.txt\n", "more.txt": b"-c requirements.txt\nopenai==1.2\n"}
    assert read_pins({"requirements.txt": files["requirements.txt"]}, (), files.get).too_old("openai>=1.45")


@pytest.mark.parametrize(
    ("declared", "fits"),
    [
        ("==1.*", True),
        ("~=1.0", True),
        ("~=1.40.1", False),
        ("<1.45", False),
        ("<=1.45", True),
        ("", True),
        (">3", True),
    ],
)
def test_what_fits(declared, fits):
    assert compatible(declared, ">=1.45") is fits


def test_what_two_catalogues_would_change_waits(tmp_path):
    files = {
        "setup.py": "",
        "shared.py": 'MODEL = "gpt-4o"\n',
        "pk/pyproject.toml": TOOL + 'catalog = "published"\n',
        "pk/a.py": CALL.format(imports="from shared import MODEL", model="MODEL"),
        "pk/b.py": CALL.format(imports="", model='"gpt-4o-mini"'),
        "c.py": CALL.format(imports="", model='"gpt-4o-mini"'),
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    whole = scan(tmp_path, ".", cwd=tmp_path)
    told = {place.partition(":")[0]: (one[0], one[2], one[3]) for place, one in whole.items()}
    assert told["shared.py"] == ("review", None, "must-move-together")
    assert told["pk/b.py"] == ("rewrite", "gpt-5.4-mini", None)
    assert told["c.py"] == ("rewrite", "gpt-5.5-mini", None)
    for part in ("pk", "shared.py", "c.py"):
        found = scan(tmp_path, part, cwd=tmp_path)
        assert found == {place: whole[place] for place in found}


def test_pins_that_a_command_adds_are_those_of_the_folder_named(tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / "pk").mkdir()
    (tmp_path / "pk" / "a.py").write_text(CALL.format(imports="", model='"gpt-4o"'))
    where = target.Target(tmp_path / "pk", (tmp_path / "pk",), "pk", tmp_path)
    given = {"pins": {"a.py:6": "mini"}, "exclude": ("/old",)}
    settings = options.Request(where, Settings(), given).layers(["pk/a.py"])
    assert (settings.pins, settings.exclude) == ({"pk/a.py:6": "mini"}, ("/pk/old",))
