"""Prompts in text files beside the code: read where the code's path leads to one file, and only there."""

from __future__ import annotations

import pytest

from migrator import pipeline
from migrator.pipeline import migrate
from migrator.settings import Settings

PROMPT = "Does the comment contain spam, harassment or hate speech?\nAnswer yes or no.\n"
CALL = """

def work(text):
    return client.chat.completions.create(
        model="gpt-4o",
        messages=[{{"role": "system", "content": {system}}}, {{"role": "user", "content": text}}],
    )
"""
HEAD = "from pathlib import Path\n\nfrom openai import OpenAI\n\nclient = OpenAI()\n"


def site(code, system, files, path="app/llm.py"):
    given = {path: (HEAD + code + CALL.format(system=system)).encode()}
    inventory, _ = migrate({**given, **{name: text.encode() for name, text in files.items()}}, Settings())
    return inventory.call_sites[0]


def spoken(found):
    return "moderation.prompt" in {reason.rule for reason in found.recommendation.reasons}


READERS = {
    "read_text": ("", 'Path("prompts/check.md").read_text()'),
    "beside the module": ("", '(Path(__file__).parent / "prompts" / "check.md").read_text()'),
    "constant": ('CHECK = Path(__file__).parent.joinpath("prompts", "check.md").read_text()\n', "CHECK"),
    "open": ('with open("app/prompts/check.md") as stream:\n    CHECK = stream.read()\n', "CHECK"),
    "os.path": (
        "import os\n\nCHECK = open(os.path.join(os.path.dirname(__file__), 'prompts', 'check.md')).read()\n",
        "CHECK",
    ),
    "helper": (
        'HERE = Path(__file__).parent / "prompts"\n\n\ndef load(name):\n    return (HERE / name).read_text()\n',
        'load("check.md")',
    ),
    "helper with a stem": (
        'HERE = Path(__file__).parent / "prompts"\n\n\n'
        'def load(name):\n    return (HERE / f"{name}.md").read_text()\n',
        'load("check")',
    ),
    "format": ("", 'Path("prompts/check.md").read_text().format(text=text)'),
}


@pytest.mark.parametrize("form", READERS)
def test_the_text_of_a_file_is_the_prompt(form):
    found = site(*READERS[form], {"app/prompts/check.md": PROMPT, "app/prompts/other.md": "Write a poem."})
    assert found.prompt.messages[0].text == PROMPT
    assert (found.prompt.messages[0].path, found.prompt.messages[0].line) == ("app/prompts/check.md", 1)
    assert spoken(found)
    reason = next(one for one in found.recommendation.reasons if one.rule == "moderation.prompt")
    assert (reason.path, reason.line) == ("app/prompts/check.md", 1)
    assert found.recommendation.variant == "gpt-5.5-mini"


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"app/prompts/other.md": PROMPT},
        {"app/prompts/check.md": PROMPT, "prompts/check.md": PROMPT},
        {"app/prompts/check.md": "x" * 300_000 + PROMPT},
        {"app/prompts/check.md": "\0" + PROMPT},
    ],
    ids=["absent", "another file", "two that fit", "too large", "binary"],
)
def test_files_that_are_not_read(files):
    found = site("", 'Path("prompts/check.md").read_text()', files)
    assert not spoken(found)
    assert not found.prompt.complete


def test_each_call_of_a_helper_has_its_own_file():
    code = READERS["helper"][0] + '\n\ndef poem():\n    return load("poem.md")\n'
    found = site(code, 'load("check.md")', {"app/prompts/check.md": PROMPT, "app/prompts/poem.md": "A poem."})
    assert found.prompt.messages[0].text == PROMPT


JINJA = """from jinja2 import Environment, FileSystemLoader

env = Environment(loader=FileSystemLoader("app/templates"))
"""


def test_templates_are_found_in_their_loaders_folder():
    system = 'env.get_template("check.j2").render(comment=text)'
    found = site(JINJA, system, {"app/templates/check.j2": PROMPT + "{{ comment }}"})
    assert found.prompt.messages[0].text == PROMPT + "{{comment}}"
    assert spoken(found)


def test_a_template_that_is_a_program_stays_a_file_and_still_speaks():
    system = 'env.get_template("check.j2").render(comment=text)'
    found = site(
        JINJA, system, {"app/templates/check.j2": PROMPT + "{% if comment %}{{ comment }}{% endif %}"}
    )
    assert [variable.kind for variable in found.prompt.variables] == ["file", "value"]
    assert not found.prompt.complete
    assert spoken(found)


def test_prompts_in_yaml_speak():
    code = 'import yaml\n\nPROMPTS = yaml.safe_load(open("app/prompts.yaml"))\n'
    found = site(code, 'PROMPTS["check"]', {"app/prompts.yaml": f"check: |\n  {PROMPT}"})
    assert spoken(found)


def test_nothing_outside_the_root_is_read(tmp_path):
    root = tmp_path / "project"
    root.mkdir()
    (tmp_path / "check.md").write_text(PROMPT)
    (root / "link.md").symlink_to(tmp_path / "check.md")
    for name in ("../check.md", str(tmp_path / "check.md"), "link.md"):
        (root / "app.py").write_text(HEAD + CALL.format(system=f'Path("{name}").read_text()'))
        found = pipeline.review([root], Settings(), root=root).call_sites[0]
        assert not spoken(found), name


def test_a_changed_prompt_is_seen_by_the_next_scan(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("migrator.scancache.SETTLED_NS", -(10**12))
    root = tmp_path / "project"
    root.mkdir()
    (root / "app.py").write_text(HEAD + CALL.format(system='Path("check.md").read_text()'))
    assert not spoken(pipeline.review([root], Settings(), root=root).call_sites[0])
    (root / "check.md").write_text(PROMPT)
    assert spoken(pipeline.review([root], Settings(), root=root).call_sites[0])
    (root / "check.md").write_text("Write a poem.")
    assert not spoken(pipeline.review([root], Settings(), root=root).call_sites[0])


def test_advice_names_the_line_of_the_file():
    code = (HEAD + CALL.format(system='Path("check.md").read_text()')).encode()
    inventory, files = migrate({"app.py": code, "check.md": (PROMPT + "Be concise.\n").encode()}, Settings())
    found = [(one.path, one.line) for one in inventory.findings if one.rule == "GPT55-A001"]
    assert found == [("check.md", 3)]
    assert files["check.md"] == (PROMPT + "Be concise.\n").encode()
