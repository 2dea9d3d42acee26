"""One server and one folder for a session's programs; what the SDKs read from the environment at import."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from migrator.evidence.standin.server import StrictServer

from .cases import case
from .server import World

if TYPE_CHECKING:
    from collections.abc import Iterator

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
os.environ["OPENAI_AGENTS_DISABLE_TRACING"] = "1"
os.environ["LANGSMITH_TRACING"] = "false"
os.environ["AGNO_TELEMETRY"] = "false"

collect_ignore = ["programs"]


def _tokenizer_files() -> str:
    """litellm carries tiktoken's file, so that nothing is downloaded."""
    found = importlib.util.find_spec("litellm")
    folder = Path(found.origin).parent if found and found.origin else Path()
    return str(folder / "litellm_core_utils" / "tokenizers")


os.environ.setdefault("TIKTOKEN_CACHE_DIR", _tokenizer_files())


@pytest.fixture(scope="session")
def server() -> Iterator[StrictServer]:
    strict = StrictServer(World())
    yield strict
    strict.close()


@pytest.fixture(scope="session")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("programs")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """They take minutes: by default they are left out, and counted as such."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("behaviour")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many programs a find-and-replace of the ids breaks."""
    reports = [one for kind in ("passed", "xfailed") for one in terminalreporter.stats.get(kind, ())]
    names = {
        str(one.nodeid).split("[")[1][:-1] for one in reports if "::test_find_and_replace[" in one.nodeid
    }
    if names:
        broken = sum(case(name).naive != "works" for name in names)
        terminalreporter.write_line(f"find-and-replace of the ids breaks {broken} of {len(names)} programs")
