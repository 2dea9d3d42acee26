"""The documentation: every command in it is run, what it shows is what is printed, and the site is made.

A block of shell in Markdown is run line by line, one page after another in one shell. A comment before a block
says what else it is: `<!-- file: NAME -->` writes the block to a file, `<!-- not run: WHY -->` and
`<!-- network -->` leave it out here. `DOCS_UPDATE=1 pytest tests/test_documentation.py` writes what the commands
print into the pages.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import ab_server
import click
import jsonschema
import pytest
from test_evidence_usage import FORMS

from migrator.settings import parse_settings

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

CHECKOUT = Path(__file__).resolve().parents[1]
DOCS = CHECKOUT / "docs"
PAGES = [CHECKOUT / "README.md", *sorted(DOCS.rglob("*.md"))]
MAY_FAIL = ("check", "rehearse", "ab report", "rules check")
_BLOCK = re.compile(r"^( *)(?:<!-- ([^\n]*) -->\n\s*)?```(\w+)\n(.*?)^\1```\n", re.DOTALL | re.MULTILINE)
_VARIES = [
    (re.compile(r"\b20\d{6}-\d{6}-[\w-]+"), "RUN"),
    (re.compile(r"\b20\d\d-\d\d-\d\d \d\d:\d\d:\d\d"), "TIME"),
    (re.compile(r"\b(in|ended) \d+ days?"), r"\1 N days"),
    (re.compile(r"\d+ runs?\b"), "N runs"),
]


class Block(NamedTuple):
    """A piece of shell: its commands, each with the lines that are shown below it."""

    note: str
    language: str
    text: str
    start: int
    end: int

    @property
    def commands(self) -> list[tuple[str, list[str]]]:
        found: list[tuple[str, list[str]]] = []
        for line in self.text.splitlines():
            if self.language == "console":
                if line.startswith("$ "):
                    found.append((line[2:], []))
                elif found:
                    found[-1][1].append(line)
            elif line.strip() and not line.startswith("#"):
                found.append((line, []))
        return found


def blocks(page: Path) -> list[Block]:
    found = []
    for match in _BLOCK.finditer(page.read_text(encoding="utf-8")):
        indent, note, language, text = match.groups()
        plain = "".join(line.removeprefix(indent) for line in text.splitlines(keepends=True))
        found.append(Block(note or "", language, plain, match.start(4), match.end(4)))
    return found


def runs(block: Block) -> bool:
    return block.language in ("sh", "console") and not block.note.startswith(("not run", "network"))


CALL = 'from openai import OpenAI\n\n\ndef answer(text, model="gpt-4o"):\n    messages = [{"role": "user", "content": text}]\n    return OpenAI().chat.completions.create(\n        messages=messages,\n        model=model,\n        max_tokens=99,\n    )\n\n\nif __name__ == "__main__":\n    print(answer("Hello"))\n'
SANDBOX = {
    "app.py": CALL,
    "src/app.py": '"""Answers."""\n\nimport os  # noqa\n\n\n' + CALL.replace("if __name__", "if 0"),
    "src/prompts.py": "HELLO = 'Hello'\n",
    "services/chat/app.py": CALL,
    "services/chat/pyproject.toml": '[project]\nname = "chat"\nversion = "1"\n',
    "path/to/project/app.py": "\n\n\n\n" + CALL,
    "azure_client.py": 'from openai import AzureOpenAI\n\nAzureOpenAI().chat.completions.create(model="gpt-4o", messages=[])\n',
    "repositories.txt": "clones/desk\n",
}  # fmt: skip


RECORDED = (
    json.dumps(
        {
            "time": "2026-11-29T10:00:00+00:00",
            "site": "app.py:6",
            "scope": "answer",
            "host": "api.openai.com",
            "endpoint": "chat",
            "model": "gpt-4o",
            "served": "gpt-4o",
            "tokens_in": 900,
            "tokens_out": 80,
            "tokens_cached": 0,
            "first_byte": 0.4,
            "seconds": 1.2,
            "status": 200,
        }
    )
    + "\n"
)


@pytest.fixture(scope="session")
def server():
    with ab_server.serving() as found:
        yield found


@pytest.fixture(scope="session")
def bin_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a user has on the PATH: the tool, Python and pytest, as they are here."""
    folder = tmp_path_factory.mktemp("bin")
    for name, words in {
        "gpt55-migrate": f'-c \'import sys; sys.argv[0] = "gpt55-migrate"; sys.path[:1] = ["{CHECKOUT}"]; from migrator.cli import main; main()\'',
        "python": "",
        "pytest": "-m pytest -p no:cacheprovider -o addopts= -q",
    }.items():
        script = folder / name
        script.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {words} "$@"\n', encoding="utf-8")
        script.chmod(0o755)
    return folder


def sandbox(folder: Path, page: str) -> Path:
    """A repository to try commands on: the example, and what pages name besides."""
    work = folder / "work"
    (folder / ".config" / "fish" / "completions").mkdir(parents=True)
    shutil.copytree(CHECKOUT / "fixtures" / "support_desk", work)
    for name, text in SANDBOX.items():
        (work / name).parent.mkdir(parents=True, exist_ok=True)
        (work / name).write_text(text, encoding="utf-8")
    git = [
        "git",
        "-c",
        "user.name=a",
        "-c",
        "user.email=a@b.c",
        "-c",
        "init.defaultBranch=main",
        "-C",
        str(work),
    ]
    for words in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "All")):
        subprocess.run([*git, *words], check=True)
    subprocess.run([*git, "update-ref", "refs/remotes/origin/main", "HEAD"], check=True)
    if page == "fleet.md":
        subprocess.run(["git", "clone", "-q", str(work), str(work / "clones" / "desk")], check=True)
    if page == "usage.md":
        (work / "requests.jsonl").write_text(RECORDED, encoding="utf-8")
        for name in ("otel", "litellm table", "langfuse"):
            (work / FORMS[name][0].replace("traces", "traces-1")).write_text(
                FORMS[name][1](), encoding="utf-8"
            )
    return work


def environment(home: Path, bin_folder: Path, url: str) -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "GIT_", "XDG_"))
    }
    return {
        **kept,
        "HOME": str(home), "XDG_STATE_HOME": str(home / "state"), "XDG_CACHE_HOME": str(bin_folder / "cache"),
        "PATH": f"{bin_folder}:{os.environ['PATH']}", "COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb",
        "OPENAI_BASE_URL": url, "OPENAI_API_KEY": "any", "GIT_CONFIG_GLOBAL": str(home / "gitconfig"),
    }  # fmt: skip


def as_run(command: str) -> str:
    """A command without a question that a terminal would be asked, and with names for placeholders."""
    if re.search(r"gpt55-migrate (apply|init)\b", command) and "--yes" not in command.partition("  #")[0]:
        command = re.sub(r"(gpt55-migrate (?:apply|init))\b", r"\1 --yes", command)
    return command.replace("--only NAME", "--only intents-classify-ticket")


def shell(commands: list[str], folder: Path, env: dict[str, str]) -> list[tuple[int, str]]:
    """What each command printed, and its exit code; all in one shell."""
    lines = ["exec 2>&1", "set +e", f"cd {shlex.quote(str(folder))}"]
    for command in commands:
        lines += [command, "printf '\\n\\1%s\\n' $?"]
    done = subprocess.run(
        ["bash", "-c", "\n".join(lines)],
        env=env,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    parts = re.split(r"\n\x01(\d+)\n", done.stdout)
    return [(int(code), text.strip("\n")) for text, code in zip(parts[::2], parts[1::2], strict=False)]


def plain(text: str) -> list[str]:
    for pattern, word in _VARIES:
        text = pattern.sub(word, text)
    return [line.rstrip() for line in text.splitlines()]


def with_outputs(page: Path, outputs: dict[tuple[int, int], str]) -> str:
    """The page with what its commands print."""
    text = page.read_text(encoding="utf-8")
    for number, block in reversed(list(enumerate(blocks(page)))):
        if block.language != "console" or (number, 0) not in outputs:
            continue
        lines = []
        for index, (command, shown) in enumerate(block.commands):
            lines += [
                f"$ {command}",
                *(outputs[number, index].splitlines() if shown or _is_real(page) else ()),
            ]
        text = text[: block.start] + "\n".join(lines) + "\n" + text[block.end :]
    return text


def _is_real(page: Path) -> bool:
    """Pages all of whose console blocks show what is printed."""
    return page.name in ("support-desk.md", "own-catalogue.md", "own-rules.md")


@pytest.mark.slow
@pytest.mark.parametrize(
    "page",
    [
        pytest.param(page, id=page.relative_to(CHECKOUT).as_posix())
        for page in PAGES
        if any(map(runs, blocks(page)))
    ],
)
def test_every_command_of_a_page_runs(page: Path, tmp_path: Path, bin_folder: Path, server) -> None:
    work = sandbox(tmp_path, page.name)
    if page.parent.name == "tutorial":
        work = tmp_path / "checkout"
        work.mkdir()
        (work / "fixtures").symlink_to(CHECKOUT / "fixtures")
    found = blocks(page)[2:] if page.name == "README.md" else blocks(page)  # the first two: .ci/run
    for block in found:
        if block.note.startswith("file: "):
            file = work / block.note.removeprefix("file: ")
            file.write_text((file.read_text() if file.exists() else "") + block.text, encoding="utf-8")
    places = [
        (blocks(page).index(block), index, command, shown, block.language == "console" and _is_real(page))
        for block in found
        if runs(block)
        for index, (command, shown) in enumerate(block.commands)
    ]
    env = environment(tmp_path, bin_folder, server.url)
    done = shell([as_run(command) for _, _, command, *_ in places], work, env)
    assert len(done) == len(places)
    outputs = {}
    for (number, index, command, shown, real), (code, text) in zip(places, done, strict=True):
        allowed = (0, 1, 3) if any(f"gpt55-migrate {word}" in command for word in MAY_FAIL) else (0,)
        assert code in allowed, f"{command}\n{text}"
        assert "this is a bug" not in text, f"{command}\n{text}"
        outputs[number, index] = printed = text.replace(str(tmp_path), "/home/you").rstrip()
        if (shown or (real and printed)) and "DOCS_UPDATE" not in os.environ:
            where = f"{command}: DOCS_UPDATE=1 writes what it prints now"
            assert plain(printed) == plain("\n".join(shown).rstrip()), where
    if "DOCS_UPDATE" in os.environ:
        page.write_text(with_outputs(page, outputs), encoding="utf-8")


SCRIPTS = {"left.py": 1, "safe_patch.py": 0, "move.py": 0}


@pytest.mark.slow
@pytest.mark.parametrize(("name", "code"), SCRIPTS.items())
def test_scripts_over_the_python_api(name: str, code: int, tmp_path: Path, bin_folder: Path) -> None:
    folder = tmp_path / "desk"
    shutil.copytree(CHECKOUT / "fixtures" / "support_desk", folder)
    env = {**environment(tmp_path, bin_folder, ""), "PYTHONPATH": str(CHECKOUT)}
    words = [
        sys.executable,
        str(DOCS / "scripts" / name),
        str(folder),
        *(["scripts"] if name == "move.py" else []),
    ]
    done = subprocess.run(words, env=env, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (code, "")
    if name == "left.py":
        assert re.search(r"^gpt-5 +1  2026-12-11$", done.stdout, re.MULTILINE)
    elif name == "safe_patch.py":
        subprocess.run(["git", "apply", "-"], input=done.stdout, text=True, cwd=folder, check=True)
        assert '"gpt-5.5-mini"' in (folder / "support_desk" / "moderation.py").read_text()
    else:
        assert "support_desk/contracts.py" in done.stdout.splitlines()
        undo = done.stdout.splitlines()[-1].removeprefix("To undo: ")
        subprocess.run(shlex.split(undo), env=env, check=True, cwd=tmp_path, capture_output=True)
        same = subprocess.run(
            ["diff", "-r", str(folder), str(CHECKOUT / "fixtures" / "support_desk")], check=False
        )
        assert same.returncode == 0


def made() -> dict[str, str]:
    sys.path.insert(0, str(DOCS))
    try:
        import reference
    finally:
        sys.path.remove(str(DOCS))
    return reference.made()


@pytest.mark.slow
def test_the_reference_is_complete() -> None:
    pages = made()
    from migrator.report import words
    from migrator.report.rulehelp import known_rules
    from migrator.rulebook.rulefiles import load_rulebook

    for name in known_rules(load_rulebook()):
        page = pages["reference/rules.md" if name not in words.REASONS else "reference/reasons.md"]
        assert re.search(rf"\n## {name}(:.*)?\n", page), name
    for part in pages["reference/rules.md"].split("\n## ")[1:]:
        shown = "```" in part or "Example" in part or "Shown by" in part
        assert (shown and "\nSource: " in part) or part.startswith("not-selected"), part.partition("\n")[0]
    for path, text in pages.items():
        if path.endswith(".json"):
            jsonschema.Draft202012Validator.check_schema(json.loads(text))


def test_links_lead_somewhere() -> None:
    """MkDocs says the same of links between pages; here also those that leave docs/, and the README's."""
    there = {DOCS / path for path in made()}
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#\s:]+)(?:#[\w-]*)?\)", page.read_text(encoding="utf-8")):
            path = Path(os.path.normpath(page.parent / target))
            assert path.exists() or path in there, f"{page}: {target}"


def every_command(command: click.Command) -> list[click.Command]:
    inner = command.commands.values() if isinstance(command, click.Group) else ()
    return [command, *(each for one in inner for each in every_command(one))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_settings_that_a_page_shows_are_settings(page: Path) -> None:
    for block in blocks(page):
        if block.language == "toml":
            table = tomllib.loads(block.text).get("tool", {}).get("gpt55-migrate", {})
            parse_settings(table, str(page))


def test_every_command_of_every_page_has_the_options_that_it_is_given() -> None:
    """Also those that are not run."""
    from migrator.cli import cli
    from migrator.cli.program import with_default

    lines = {command for page in PAGES for block in blocks(page) if block.language in ("sh", "console", "yaml")
             for command, _ in block.commands if re.match(r"(\w+=\S+ )?gpt55-migrate ", command)}  # fmt: skip
    helps = [command.help or "" for command in every_command(cli)]
    said = {line.strip() for text in helps for line in text.splitlines()}
    lines |= {line.partition("   ")[0] for line in said if line.startswith("gpt55-migrate ")}
    assert len(lines) > 100
    for line in sorted(lines):
        words = shlex.split(line.partition("gpt55-migrate ")[2].partition(" | ")[0], comments=True)
        context = click.Context(cli)
        words = with_default(words, cli.commands)
        while isinstance(context.command, click.Group) and not words[0].startswith("-"):
            name, command, words = context.command.resolve_command(context, words)
            assert command is not None, line
            context = click.Context(command, info_name=name, parent=context)
        known = {
            option
            for parameter in context.command.params
            for option in (*parameter.opts, *parameter.secondary_opts)
        }
        given = {
            word.partition("=")[0]
            for word in (words[: words.index("--")] if "--" in words else words)
            if word[:1] == "-"
        }
        assert given - {"-"} <= known | {"--help", "--version"}, line


@pytest.mark.network
@pytest.mark.slow
def test_the_tutorial_word_by_word_in_an_empty_environment(tmp_path: Path) -> None:
    page = DOCS / "tutorial" / "support-desk.md"
    copy = tmp_path / "checkout"
    left_out = shutil.ignore_patterns(".git", ".*_cache", "__pycache__", "*venv*", "build", "dist")
    shutil.copytree(CHECKOUT, copy, ignore=left_out, symlinks=True)
    commands = [
        command
        for block in blocks(page)
        if block.language in ("sh", "console")
        for command, _ in block.commands
    ]
    env = {**environment(tmp_path, tmp_path / "none", ""), "PATH": os.environ["PATH"]}
    done = shell(commands, copy, env)
    assert len(done) == len(commands)
    assert [
        (command, text) for command, (code, text) in zip(commands, done, strict=True) if code not in (0, 1)
    ] == []
