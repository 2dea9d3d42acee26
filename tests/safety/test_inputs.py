"""Inputs on which fuzzing once broke something, tried again."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from safety import programs

INPUTS = sorted(Path(__file__).with_name("inputs").iterdir())


def _target():
    spec = importlib.util.spec_from_file_location("fuzz_target", programs.PROJECT / "fuzz" / "target.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TARGET = _target()


@pytest.mark.parametrize("file", INPUTS, ids=lambda file: file.name)
def test_what_was_found_stays_mended(file):
    TARGET.try_input(file.read_bytes())
