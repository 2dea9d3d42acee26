"""Data files and documents beside the code: as safe as the code."""

from __future__ import annotations

import json
import os
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from migrator.data.formats import loaded
from migrator.pipeline import migrate, rendered
from migrator.settings import Settings
from safety import programs
from safety.test_lossless import newlines

FAST = settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
LONG = settings(max_examples=1_500, deadline=None, suppress_health_check=list(HealthCheck))
WANTED = Settings(config_files=True, write_contexts=("docs", "config"))
IDS = ("gpt-4o", "gpt-4o-mini", "gpt-5", "gpt-5-mini")
NEW = ("gpt-5.5-instant", "gpt-5.5-mini", "gpt-5.5")
ANY = re.compile("|".join(map(re.escape, sorted({*IDS, *NEW}, key=len, reverse=True))))

LOADERS = {
    "json": "import json\nCONFIG = json.load(open('config.json'))\n",
    "yaml": "import yaml\nCONFIG = yaml.safe_load(open('config.yaml'))\n",
    "toml": "import tomllib\nCONFIG = tomllib.load(open('config.toml', 'rb'))\n",
}
USE = """
from openai import OpenAI


def ask(text):
    return OpenAI().chat.completions.create(model=CONFIG["model"], messages=[{"role": "user", "content": text}])


def other(text):
    return OpenAI().responses.create(model=CONFIG["chat"]["model"], input=text)
"""
WORDS = [
    "a",
    "é",
    "日本",
    "",
    "x y",
    "# no comment",
    "it's",
    "a: b",
    "[1]",
    "\\n",
    "{}",
    "- a",
    "null",
    "1.0",
]


def settled(files):
    """One run whose changes are proved, and a second that makes none."""
    inventory, new = migrate(files, WANTED)
    made = rendered(inventory.edits, files)
    assert not [problem for problem in made.diagnostics if problem.code == "verification-failed"], (
        made.diagnostics
    )
    again = migrate(new, WANTED)[1]
    assert again == new
    return new


def without_ids(data, encoding="utf-8"):
    return ANY.sub("ID", data.decode(encoding))


# -- values where they stand ---------------------------------------------------------------------


@st.composite
def documents(draw):
    """A form, and the bytes of a file with a model at two places among other things."""
    form = draw(st.sampled_from(["json", "yaml", "toml"]))
    first, second = draw(st.sampled_from(IDS)), draw(st.sampled_from(IDS))
    words = draw(st.lists(st.sampled_from(WORDS), max_size=5))
    text = {"json": as_json, "yaml": as_yaml, "toml": as_toml}[form](draw, first, second, words)
    text = newlines(text, draw(st.sampled_from(["\n", "\r\n", "mixed" if form == "json" else "\n"])), 7)
    if draw(st.booleans()):
        text = text.rstrip()
    mark = b"\xef\xbb\xbf" if form != "toml" and draw(st.integers(0, 4)) == 0 else b""
    return form, mark + text.encode()


def as_json(draw, first, second, words):
    indent = draw(st.sampled_from([None, 1, 2, 4, "\t"]))
    value = {"words": words, "model": first, "chat": {"model": second, "n": 1e3, "old": None}, "last": [True]}
    ascii_only = draw(st.booleans())
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    return draw(st.sampled_from(["", "\n", " "])) + text + draw(st.sampled_from(["", "\n", "\n\n", "  "]))


def as_yaml(draw, first, second, words):
    quote = draw(st.sampled_from(["", '"', "'"]))
    gap = draw(st.sampled_from(["\n", "\n\n", f"\n# é {first}\n", "  # why\n"]))
    lines = "".join(f"  - {json.dumps(word)}\n" for word in words) or "  - x\n"
    chat = draw(
        st.sampled_from(
            [
                f"chat:\n    # {first}\n    model:   {quote}{second}{quote}   # kept\n    n: 1_000\n",
                f"chat: {{model: {quote}{second}{quote}, n: 1}}\n",
            ]
        )
    )
    start = draw(st.sampled_from(["", "---\n", "# head\n", "%YAML 1.2\n---\n"]))
    return f"{start}words:\n{lines}model: {quote}{first}{quote}{gap}{chat}text: |\n  a {second}\n  b\n"


def as_toml(draw, first, second, words):
    quote = draw(st.sampled_from(['"', "'"]))
    gap = draw(st.sampled_from(["\n", f"  # é {second}\n", "\n\n"]))
    return (
        f"# head {first}\nwords = {json.dumps(words, ensure_ascii=False)}\nmodel   =  {quote}{first}{quote}{gap}"
        f"[chat]\n\tmodel = {quote}{second}{quote}\nn = 1_000\nwhen = 2024-05-13\n"
    )


def values_kept(case):
    form, data = case
    name = f"config.{form}"
    new = settled({"app.py": (LOADERS[form] + USE).encode(), name: data})
    assert without_ids(new[name], "utf-8") == without_ids(data, "utf-8")
    text, old = (each.decode("utf-8-sig") for each in (new[name], data))
    assert shape(loaded(form, text)) == shape(loaded(form, old))
    return new[name]


def shape(value):
    """A value in which ids are told as one."""
    return ANY.sub("ID", repr(value))


@FAST
@given(documents())
def test_only_ids_differ(case):
    values_kept(case)


@pytest.mark.slow
@LONG
@given(documents())
def test_only_ids_differ_in_many(case):
    values_kept(case)


def test_a_number_that_is_none_is_the_same_number():
    new = values_kept(("yaml", b"model: gpt-4o\nchat: {model: gpt-5, x: .nan}\n"))
    assert b"gpt-4o" not in new


@pytest.mark.parametrize("form", LOADERS)
def test_values_are_changed(form):
    """The property above is about something."""
    text = {
        "json": '{"model": "gpt-4o", "chat": {"model": "gpt-4o-mini"}}',
        "yaml": "model: gpt-4o\nchat:\n  model: gpt-4o-mini\n",
        "toml": 'model = "gpt-4o"\n[chat]\nmodel = "gpt-4o-mini"\n',
    }[form]
    assert b"gpt-4o" not in values_kept((form, text.encode()))


# -- documents -----------------------------------------------------------------------------------

EXAMPLE = """\
from openai import OpenAI
client = OpenAI()
client.chat.completions.create(model="gpt-4o", messages=[], max_tokens=5)
"""


@st.composite
def pages(draw):
    """Markdown or reStructuredText with an example in it, and prose that names models."""
    name = draw(st.sampled_from(["README.md", "docs/use.rst"]))
    indent = (
        draw(st.sampled_from(["", "  "])) if name.endswith("md") else draw(st.sampled_from(["   ", "\t"]))
    )
    code = "".join(indent + line for line in EXAMPLE.splitlines(keepends=True))
    prose = draw(
        st.sampled_from(["Use gpt-4o, é.\n", "| gpt-4o | 128k |\n", "", "<b>gpt-4o</b>  \n", "    gpt-4o\n"])
    )
    fence = draw(st.sampled_from(["```", "~~~", "````"]))
    block = (
        f"{indent}{fence}python\n{code}{indent}{fence}\n"
        if name.endswith("md")
        else f".. code-block:: python\n\n{code}\n"
    )
    text = f"# Title\n\n{prose}\n{block}\n{prose}" + draw(st.sampled_from(["", "\n\n", "  "]))
    return name, newlines(text, draw(st.sampled_from(["\n", "\r\n"])), 7).encode()


@FAST
@given(pages())
def test_only_examples_differ_in_documents(case):
    name, data = case
    new = settled({"app.py": EXAMPLE.encode(), name: data})[name]
    kept = without_ids(data).replace("max_completion_tokens", "max_tokens")
    assert without_ids(new).replace("max_completion_tokens", "max_tokens") == kept
    assert new.count(b"\r\n") == data.count(b"\r\n")


@pytest.mark.parametrize("name", ["README.md", "docs/use.rst", "config.json", "config.yaml", "config.toml"])
@FAST
@given(st.binary(max_size=200))
def test_any_bytes_beside_the_code(name, junk):
    files = {
        "app.py": (LOADERS.get(name.rpartition(".")[2], "") + (USE if "config" in name else EXAMPLE)).encode()
    }
    head = {"md": b"```python\n" + EXAMPLE.encode(), "rst": b".. code-block:: python\n\n   x = 'gpt-4o'\n"}
    files[name] = head.get(name.rpartition(".")[2], b'{"model": "gpt-4o", ') + junk
    settled(files)


# -- hostile data --------------------------------------------------------------------------------

BOMBS = {
    "config.json": [b'{"model": "gpt-4o", "x": ' + b"[" * 100_000, b'{"a":' * 50_000 + b"1", b'"gpt-4o" ' * 200_000,
                    b'{"model": "gpt-4o", "model": "gpt-4o", "x": 1e999999, "y": NaN}', b"\0gpt-4o", b"\xff gpt-4o"],
    "config.yaml": [b"a: &a [gpt-4o]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n" + b"".join(
        b"%c: &%c [%s]\n" % (c, c, b",".join([b"*%c" % (c - 1)] * 9)) for c in range(ord("c"), ord("m"))),
        b"model: gpt-4o\nx: " + b"[" * 50_000, b"model: !!python/object/apply:os.system ['touch pwned']\nx: gpt-4o\n",
        b"&a model: gpt-4o\nchat: *a\n<<: *a\n", b"- " * 20_000 + b"gpt-4o\n", b"model: gpt-4o\n\tx: 1\n"],
    "config.toml": [b'model = "gpt-4o"\nx = ' + b"[" * 100_000, b'model = "gpt-4o"\n' + b"a." * 50_000 + b"b = 1\n",
                    b'model = "gpt-4o"\nmodel = "gpt-4o"\n'],
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "number"), [(name, n) for name, each in BOMBS.items() for n in range(len(each))]
)
def test_bombs_beside_the_code_end(tmp_path, name, number):
    form = name.rpartition(".")[2]
    files = {"app.py": (LOADERS[form] + USE).encode(), name: BOMBS[name][number], "good.py": EXAMPLE.encode()}
    root = programs.lay(tmp_path / "work", files)
    done = programs.run("apply", root, "--yes", "--config-files", home=tmp_path)
    assert done.returncode in (0, 3)
    assert b"gpt-4o" not in (root / "good.py").read_bytes()
    assert not list(tmp_path.rglob("pwned"))


@pytest.mark.parametrize("kind", ["link", "above", "absolute", "pipe", "linked folder"])
def test_data_outside_the_root_is_left_and_not_told(tmp_path, kind):
    outside = b'{"model": "gpt-4o", "note": "zq-outside gpt-4o"}'
    place = {
        "above": "../config.json",
        "absolute": f"{tmp_path}/config.json",
        "linked folder": "far/config.json",
    }
    code = LOADERS["json"].replace("config.json", place.get(kind, "config.json")) + USE
    root = (
        programs.lay(
            tmp_path, {"config.json": outside, "work/app.py": code.encode(), "far/config.json": outside}
        )
        / "work"
    )
    if kind == "link":
        (root / "config.json").symlink_to("../config.json")
    elif kind == "linked folder":
        (root / "far").symlink_to("../far")
    elif kind == "pipe":
        os.mkfifo(root / "config.json")
    done = programs.run("scan", root, "--config-files", "--format", "json", "--prompts", home=tmp_path)
    assert done.returncode in (0, 3)
    assert b"zq-outside" not in done.stdout + done.stderr
    assert not [each for each in json.loads(done.stdout)["references"] if each["path"] != "app.py"]
    programs.run("apply", root, "--yes", "--config-files", home=tmp_path)
    assert (tmp_path / "config.json").read_bytes() == outside
    assert (tmp_path / "far" / "config.json").read_bytes() == outside
