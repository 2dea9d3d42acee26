"""Code examples in docstrings, Markdown and reStructuredText: rewritten like code on request, prose never."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from migrator import pipeline
from migrator.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

APP = """\
from openai import OpenAI


def ask(text, model="gpt-4o", max_tokens=10):
    return OpenAI().chat.completions.create(
        model=model, messages=[{"role": "user", "content": text}], max_tokens=max_tokens
    )
"""
CALL = 'client.chat.completions.create(model="gpt-4o", messages=m, max_tokens=9, temperature=0)'
MOVED = 'client.chat.completions.create(model="gpt-5.5", messages=m, max_completion_tokens=9)'
HEAD = "from openai import OpenAI\nclient = OpenAI()\n"
MAP = {"gpt-4o": "flagship", "gpt-4o-mini": "mini"}


def migrated(files: dict[str, str], *contexts: str, **settings: Any) -> tuple[Any, dict[str, str]]:
    """The inventory and the new files; a second run changes nothing."""
    chosen = msgspec.convert({"map": MAP, "write-contexts": contexts, **settings}, Settings)
    inventory, new = pipeline.migrate({path: text.encode() for path, text in files.items()}, chosen)
    assert not inventory.diagnostics
    assert pipeline.migrate(new, chosen)[1] == new
    return inventory, {path: data.decode() for path, data in new.items()}


def document(text: str, name: str = "README.md", *contexts: str) -> str:
    """What becomes of a document beside a program."""
    return migrated({"app.py": APP, name: text}, *(contexts or ("docs",)))[1][name]


def fenced(code: str, language: str = "python", indent: str = "") -> str:
    lines = [f"```{language}", *code.splitlines(), "```"]
    return "# Title\n\nText.\n\n" + "".join(f"{indent}{line}\n" for line in lines)


def indented(head: str, code: str) -> str:
    return f"Title\n=====\n\n{head}\n\n" + "".join(f"   {line}\n" for line in code.splitlines()) + "\nText.\n"


FORMS = [
    pytest.param("README.md", fenced, id="fence"),
    pytest.param("README.md", lambda code: fenced(code, "py"), id="fence py"),
    pytest.param("README.md", lambda code: fenced(code, 'python title="app.py"'), id="fence with a title"),
    pytest.param(
        "README.md", lambda code: "1. First:\n\n" + fenced(code, indent="   "), id="fence in a list"
    ),
    pytest.param("README.md", lambda code: fenced(code).replace("```", "~~~~"), id="tildes"),
    pytest.param("docs/index.rst", lambda code: indented(".. code-block:: python", code), id="code-block"),
    pytest.param(
        "docs/index.rst", lambda code: indented(".. code:: python\n   :number-lines:", code), id="code"
    ),
    pytest.param("docs/index.rst", lambda code: indented("For instance::", code), id="literal block"),
]


@pytest.mark.parametrize(("name", "shown"), FORMS)
def test_a_call_and_its_parameters(name: str, shown: Any) -> None:
    assert document(shown(HEAD + CALL), name) == shown(HEAD + MOVED)


@pytest.mark.parametrize(("name", "shown"), FORMS)
def test_without_docs_it_is_listed_only(name: str, shown: Any) -> None:
    text = shown(HEAD + CALL)
    inventory, new = migrated({"app.py": APP, name: text})
    assert new[name] == text
    (finding,) = [one for one in inventory.findings if one.path == name]
    assert text.splitlines()[finding.line - 1].strip() == CALL
    assert "gpt-5.5" in finding.message
    assert "docs" in finding.message


def test_prompts_stay() -> None:
    text = '>>> from app import ask\n>>> ask("hi", model="gpt-4o",\n...     max_tokens=20)\n\'I am gpt-4o\'\n'
    assert document(fenced(text, "pycon")) == fenced(
        text.replace('model="gpt-4o"', 'model="gpt-5.5"'), "pycon"
    )
    assert document(text, "docs/a.rst") == text.replace('model="gpt-4o"', 'model="gpt-5.5"')


def test_a_call_over_several_lines_loses_a_line() -> None:
    text = fenced(
        HEAD + "client.chat.completions.create(\n    model='gpt-4o',  # big\n    temperature=0,\n    n=1,\n)"
    )
    new = text.replace("'gpt-4o'", "'gpt-5.5'").replace("    temperature=0,\n", "")
    assert document(text) == new
    assert document(text.replace("\n", "\r\n")) == new.replace("\n", "\r\n")


def test_a_client_of_an_earlier_example() -> None:
    assert document(fenced(HEAD) + fenced(CALL)) == fenced(HEAD) + fenced(MOVED)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(CALL.replace("messages=m", "messages=[...]"), None, id="a list left open"),
        pytest.param(CALL.replace("temperature=0", "..."), None, id="arguments left out"),
        pytest.param("!pip install openai\n" + CALL, None, id="a shell line"),
        pytest.param("%load_ext x\nawait " + CALL, None, id="await at the top"),
    ],
)
def test_examples_that_are_no_whole_programs(old: str, new: str | None) -> None:
    found = document(fenced(HEAD + old))
    assert 'model="gpt-5.5"' in found
    assert "max_completion_tokens=9" in found
    assert "temperature" not in found
    assert found.count("...") == old.count("...")
    assert [line for line in found.splitlines() if "create(" not in line] == [
        line for line in fenced(HEAD + old).splitlines() if "create(" not in line
    ]


def test_a_function_of_the_program_by_position() -> None:
    text = fenced('from app import ask\n\nprint(ask("hi", "gpt-4o"))')
    assert document(text) == text.replace("gpt-4o", "gpt-5.5")


def test_an_id_that_only_a_document_shows() -> None:
    text = fenced(HEAD + CALL.replace("gpt-4o", "gpt-4o-mini"))
    assert 'model="gpt-5.5-mini"' in document(text)


DOCSTRING = '''"""Ask things.

>>> ask("hello", model="gpt-4o")
'answer of gpt-4o'

By hand::

    client = OpenAI()
    client.chat.completions.create(
        model="gpt-4o",
        messages=m,
        max_tokens=100,
        temperature=0.2,
    )

```python
ask("a", "gpt-4o")
```

The default is gpt-4o; so model="gpt-4o" in prose stays.
"""
'''


def test_docstrings() -> None:
    new = migrated({"app.py": DOCSTRING + APP}, "docs")[1]["app.py"]
    docstring = new[: len(new) - len(new.partition('prose stays.\n"""\n')[2])]
    expected = DOCSTRING.replace('hello", model="gpt-4o"', 'hello", model="gpt-5.5"')
    expected = expected.replace('        model="gpt-4o"', '        model="gpt-5.5"').replace(
        '"a", "gpt-4o"', '"a", "gpt-5.5"'
    )
    expected = expected.replace("max_tokens=100,\n        temperature=0.2,", "max_completion_tokens=100,")
    assert docstring == expected


def test_an_effort_is_added_with_quotes_as_they_are() -> None:
    text = '"""Ask.\n\n>>> client = OpenAI()\n>>> client.responses.create(model="gpt-4o", input="x")\n"""\n'
    code = "from openai import OpenAI\n\nprint(OpenAI().responses.create(model='gpt-4o', input='x'))\n"
    settings = {"catalog": "published", "map": {"gpt-4o": "instant"}}
    new = migrated({"app.py": text + code}, "docs", **settings)[1]["app.py"]
    assert '>>> client.responses.create(model="gpt-5.5", input="x", reasoning={"effort": "none"})' in new


# -- noops -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("README.md", 'We call `model="gpt-4o"` and gpt-4o.\n', id="prose"),
        pytest.param("README.md", fenced("run --model gpt-4o", "bash"), id="shell"),
        pytest.param("README.md", fenced('{"model": "gpt-4o"}', "json"), id="json"),
        pytest.param("README.md", fenced(HEAD + CALL, "text"), id="text"),
        pytest.param("README.md", fenced(HEAD + CALL, "javascript"), id="another language"),
        pytest.param("README.md", fenced(HEAD + CALL, ""), id="no language"),
        pytest.param("README.md", fenced(HEAD + CALL[:-1]), id="what does not parse"),
        pytest.param("README.md", fenced('if model == "gpt-4o":\n    pass'), id="a comparison"),
        pytest.param("README.md", fenced('PRICES = {"gpt-4o": 2.5}'), id="a table"),
        pytest.param("README.md", fenced("# gpt-4o is the default\nask('hi')"), id="a comment"),
        pytest.param("README.md", "    " + CALL + "\n", id="indented without a mark"),
        pytest.param("CHANGELOG.md", fenced(HEAD + CALL), id="a change log"),
        pytest.param("docs/release-notes.rst", indented("Then::", HEAD + CALL), id="release notes"),
        pytest.param(
            "docs/index.rst", indented(".. code-block:: bash", 'x --model="gpt-4o"'), id="rst shell"
        ),
        pytest.param("docs/index.rst", indented("Text that ends in a colon:", CALL), id="a quotation"),
        pytest.param("notes.txt", fenced(HEAD + CALL), id="no document"),
        pytest.param("README.md", fenced(HEAD.replace("OpenAI", "AzureOpenAI") + CALL), id="Azure"),
    ],
)
def test_what_stays(name: str, text: str) -> None:
    assert document(text, name) == text


def test_nothing_is_listed_where_the_program_moves_nothing() -> None:
    inventory, _ = migrated({"app.py": "x = 1\n", "README.md": fenced(HEAD + CALL)})
    assert not inventory.findings


def test_an_example_waits_with_the_code_that_it_shows() -> None:
    code = APP.replace('model="gpt-4o", max', 'model="gpt-4o", *, max')
    text = fenced('from app import ask\nask("hi", model="gpt-4o")')
    suppressed = code.replace("*,", "*,  # gpt55: ignore\n    ")
    new = migrated({"app.py": suppressed, "README.md": text}, "docs")[1]
    assert new == {"app.py": suppressed, "README.md": text}


@pytest.mark.parametrize("ignored", [[], ["GPT55-X002"]])
def test_the_rule_can_be_turned_off(ignored: list[str]) -> None:
    text = '"""Ask.\n\n>>> ask("hello", model="gpt-4o")\n"""\n'
    new = migrated({"app.py": text + APP}, "docs", ignore=ignored)[1]["app.py"]
    assert ('>>> ask("hello", model="gpt-4o")' in new) is bool(ignored)


# -- on disk -----------------------------------------------------------------------------------------


def test_documents_of_the_project_are_written_with_its_code(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("build/\n", encoding="utf-8")
    (tmp_path / "build").mkdir()
    shown = fenced(HEAD + CALL)
    for name in ("README.md", "build/README.md"):
        (tmp_path / name).write_text(shown, encoding="utf-8")
    (tmp_path / "app.py").write_text(APP, encoding="utf-8")
    settings = msgspec.convert({"map": MAP, "write-contexts": ["docs"], "jobs": 1}, Settings)
    inventory = pipeline.review([tmp_path], settings, root=tmp_path)
    made = pipeline.changes(inventory, tmp_path)
    assert [change.path for change in made.files] == ["README.md", "app.py"]
    assert made.files[0].new.decode() == fenced(HEAD + MOVED)
    (tmp_path / "README.md").write_text(shown + "more\n", encoding="utf-8")
    assert [one.code for one in pipeline.changes(inventory, tmp_path).diagnostics] == ["changed"]
