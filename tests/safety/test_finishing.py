"""Runs after runs: nothing left changes nothing, and whatever was done in part is finished."""

from __future__ import annotations

import os
import pty
import random
import subprocess

import pytest

from migrator.commands.work import keeping
from migrator.pipeline import migrate, rendered
from migrator.settings import Settings
from safety import programs


def finished(files):
    """Migrated until a run changes nothing, which the second must be."""
    new = migrate(files, Settings())[1]
    again = migrate(new, Settings())[1]
    assert again == new
    return new


def left(files):
    """Whether a run would still write something."""
    return migrate(files, Settings())[1] != files


TREE = programs.tree(15)
WHOLE = migrate(TREE, Settings())[1]


@pytest.mark.parametrize("seed", range(6))
def test_partial_application_is_finished(seed, tmp_path):
    """Any choice of groups leaves a program that runs, and that the next run finishes."""
    chance = random.Random(seed)
    inventory = migrate(TREE, Settings())[0]
    groups = sorted({edit.group for edit in inventory.edits})
    taken = set(chance.sample(groups, chance.randint(1, len(groups) - 1)))
    made = rendered(keeping(inventory, lambda edit: edit.group in taken).edits, TREE)
    partly = {**TREE, **{change.path: change.new for change in made.files}}
    assert partly != TREE
    programs.answers(programs.lay(tmp_path / "partly", partly), tmp_path)
    done = finished(partly)
    assert not any(
        b'model="gpt-4o"' in data or b"model=MODEL_0, temperature" in data for data in done.values()
    )
    programs.answers(programs.lay(tmp_path / "done", done), tmp_path)


@pytest.mark.parametrize("seed", range(6))
def test_files_written_by_a_killed_run_are_finished(seed):
    """Any files of a run whose others are still old."""
    chance = random.Random(seed)
    mixed = {path: chance.choice([TREE[path], WHOLE[path]]) for path in TREE}
    assert finished(mixed).keys() == TREE.keys()


BY_HAND = {
    "id only": 'OpenAI().chat.completions.create(model="gpt-5.5", messages=[], max_tokens=5)',
    "parameter only": 'OpenAI().chat.completions.create(model="gpt-4o", messages=[], max_completion_tokens=5)',
    "a constant": 'M = "gpt-5.5-mini"\nOpenAI().chat.completions.create(model=M, messages=[], temperature=0.1)',
    "a default": 'def f(m="gpt-5.5"):\n    return OpenAI().chat.completions.create(model=m, messages=[], max_tokens=1)',
    "both models": 'M = "gpt-4o" if x else "gpt-5.5"\nOpenAI().chat.completions.create(model=M, messages=[], max_tokens=5)',
}


@pytest.mark.parametrize("kind", BY_HAND)
def test_what_was_begun_by_hand_is_finished(kind):
    text = f"from openai import OpenAI\nx = input()\n{BY_HAND[kind]}\n"
    new = finished({"m.py": text.encode()})["m.py"]
    assert b"gpt-4o" not in new
    assert b"max_tokens=" not in new
    assert b"temperature" not in new


CONTAINED = [
    "gpt-4o",
    "gpt-4o-mini",
    "gpt-4o-mini-2024-07-18",
    "gpt-4o-2024-05-13",
    "gpt-4o-audio-preview",
    "chatgpt-4o-latest",
    "ft:gpt-4o-mini:acme::x",
    "openai/gpt-4o",
    "azure/gpt-4o-mini",
    "gpt-5",
    "gpt-5-mini",
    "gpt-5-nano",
    "gpt-5-codex",
    "gpt-5.1",
    "gpt-5.5",
    "gpt-5.5-mini",
    "gpt-5.5-instant",
    "gpt-5.5-pro",
    "my-gpt-4o",
    "gpt-4o_mini",
    "gpt-4omni",
]
PLACES = [
    "OpenAI().chat.completions.create(model={0!r}, messages=[])",
    "MODELS = [{0!r}, {1!r}]",
    "def f(model={0!r}): return OpenAI().chat.completions.create(model=model, messages=[])",
    "X = {{{0!r}: 1, {1!r}: 2}}\nOpenAI().chat.completions.create(model={0!r}, messages=[])",
    "import os\nm = os.getenv('M', '{0}')\nOpenAI().chat.completions.create(model=m, messages=['{1}'])",
    "x = '{0} {1} {0}'  # {0} {1}\nprint(f'{0} {{x}} {1}')",
    "def f(m):\n    if m == '{0}' or m.startswith('{1}'):\n        return 128000\n    return 8192\nf('{0}')",
]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", CONTAINED)
def test_ids_that_contain_each_other(name, place):
    chance = random.Random(name + place)
    for other in chance.sample(CONTAINED, 2):
        text = "from openai import OpenAI\n" + place.format(name, other) + "\n"
        new = finished({"m.py": text.encode()})["m.py"].decode()
        assert "gpt-5.5-mini-mini" not in new
        assert "gpt-5.5-5" not in new
        compile(new, "m.py", "exec")
        for kept in ("my-gpt-4o", "gpt-4o_mini", "gpt-4omni"):
            assert new.count(kept) >= text.count(kept)


# -- as commands ---------------------------------------------------------------------------------


def test_a_hook_run_twice(tmp_path):
    root = programs.lay(tmp_path / "work", TREE)
    files = sorted(TREE)
    first = programs.run("check", *files, "--fix", home=tmp_path, cwd=root)
    made = programs.contents(root)
    assert made != TREE
    assert first.returncode in (0, 1)
    second = programs.run("check", *files, "--fix", home=tmp_path, cwd=root)
    assert second.returncode == 0
    assert programs.contents(root) == made
    programs.answers(root, tmp_path)


@pytest.mark.parametrize("seed", range(2))
def test_interactive_and_then_the_rest(tmp_path, seed):
    root = programs.lay(tmp_path / "work", TREE)
    chance = random.Random(seed)
    answered(root, tmp_path, "".join(chance.choice("ynya") + "\n" for _ in range(60)) + "q\n")
    partly = programs.contents(root)
    programs.answers(root, tmp_path)
    done = programs.run("apply", root, "--yes", home=tmp_path)
    assert done.returncode == 0
    programs.answers(root, tmp_path)
    made = programs.contents(root)
    assert not left(made)
    assert partly != TREE


def answered(root, home, keys):
    """`apply --interactive` with these answers typed."""
    above, below = pty.openpty()
    try:
        os.write(above, keys.encode())
        done = subprocess.run(
            programs.command("apply", root, "--interactive"),
            stdin=below,
            env=programs.environment(home),
            capture_output=True,
            timeout=programs.PATIENCE,
            check=False,
        )
    finally:
        os.close(above)
        os.close(below)
    assert done.returncode == 0, done.stderr
