"""Runs the bot and its own tests."""

import runpy
from pathlib import Path

from bot import Bot


def main() -> None:
    print(Bot().ask("hello"))
    tests = runpy.run_path(str(Path(__file__).parent / "tests" / "test_bot.py"))
    tests["test_default"]()
    print("1 test passed")
