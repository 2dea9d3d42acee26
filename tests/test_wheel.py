"""The built wheel works without the checkout: the rules come along and are found."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import venv
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[1]
SOURCE = 'from openai import OpenAI\nprint(OpenAI().responses.create(model="gpt-4o", input="Hello"))\n'

pytestmark = [pytest.mark.slow, pytest.mark.network]


def run(*command: str | Path, cwd: Path) -> str:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    done = subprocess.run(
        [*map(str, command)], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def tool(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The console script of the wheel, installed into an empty environment."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", folder, CHECKOUT, cwd=folder)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "venv", with_pip=True)
    binaries = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
    run(binaries / "python", "-m", "pip", "install", "--quiet", wheel, cwd=folder)
    return binaries / "gpt55-migrate"


def test_the_public_package_is_typed_and_an_index_can_follow_every_link(tool: Path, tmp_path: Path) -> None:
    code = (
        "import gpt55_migrate, importlib.metadata as m, importlib.resources as r\n"
        "assert (r.files('gpt55_migrate') / 'py.typed').is_file() and (r.files('migrator') / 'py.typed').is_file()\n"
        "assert m.version('gpt55-migrate') == gpt55_migrate.__version__\n"
        "print(m.metadata('gpt55-migrate').get_payload() or m.metadata('gpt55-migrate')['Description'])\n"
    )
    text = run(tool.parent / "python", "-c", code, cwd=tmp_path)
    assert "# gpt55-migrate" in text
    assert re.findall(r"\]\((?!https?:|#)[^)]*\)", text) == []


def test_the_catalogue_comes_with_the_wheel(tool: Path, tmp_path: Path) -> None:
    text = run(tool, "models", cwd=tmp_path)
    for variant in ("gpt-5.5", "gpt-5.5-instant", "gpt-5.5-mini"):
        assert variant in text


def test_a_file_outside_the_checkout_is_scanned(tool: Path, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(SOURCE, encoding="utf-8")
    report = json.loads(run(tool, "scan", "--format", "json", "app.py", cwd=tmp_path))
    (reference,) = report["references"]
    assert (reference["path"], reference["line"], reference["model"]) == ("app.py", 2, "gpt-4o")
    assert reference["action"] == "rewrite"
