"""Runs the assistant and its own tests."""

import runpy
from pathlib import Path

from assistant import Assistant


def main() -> None:
    print(Assistant().ask("hello"))
    tests = runpy.run_path(str(Path(__file__).parent / "tests" / "test_assistant.py"))
    found = [test for name, test in tests.items() if name.startswith("test_")]
    for test in found:
        test()
    print(f"{len(found)} tests passed")
