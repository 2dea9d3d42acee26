"""Modules that a computed name imports are looked for among the texts of the file."""

from __future__ import annotations

from migrator.discover.components import components
from migrator.discover.imports import pieces, starts, words
from migrator.discover.survey import Survey
from migrator.read.modules import Modules

LAZY = b"import importlib\nWHERE = {'A': 'big', 'B': '.small'}\ndef __getattr__(name):\n"
LAZY += b"    return getattr(importlib.import_module(WHERE[name]), name)\n"


def test_texts_beside_a_computed_import_may_name_modules() -> None:
    assert {b"big", b"small"} <= set(words(pieces(LAZY)))


def test_texts_name_none_where_the_import_says_its_name() -> None:
    plain = LAZY.replace(b"WHERE[name]", b"'other'")
    assert b"other" in words(pieces(plain))
    assert b"big" not in words(pieces(plain))


def test_a_computed_import_may_mean_each_module_that_begins_like_it() -> None:
    found = pieces(b"import importlib\nimportlib.import_module(f'conf_{kind}')\n")
    assert list(starts(found)) == [b"conf_"]
    assert not list(starts(pieces(b"from conf_ import *\nimport conf_a\n")))


def test_what_begins_like_a_computed_import_is_of_the_same_group() -> None:
    files = {
        "work.py": b"import importlib\nimportlib.import_module(f'conf_{kind}')\nMODEL = 'gpt-4o'\n",
        "conf_a.py": b"MODEL = 'gpt-4o'\n",
        "other.py": b"MODEL = 'gpt-4o'\n",
    }
    statements = {path: pieces(data) for path, data in files.items()}
    found = Survey(tuple(files), 1, dict.fromkeys(files, 1), statements, {}, [])
    groups = {one.seeds for one in components(found, Modules(tuple(files)))}
    assert groups == {("conf_a.py", "work.py"), ("other.py",)}
