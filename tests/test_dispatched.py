"""A call on an object that nobody sees made comes to the methods that it may mean, with what it gives by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from migrator import pipeline
from migrator.settings import Settings
from tests.decided import MAP

if TYPE_CHECKING:
    from pathlib import Path

BASE = """
from abc import ABC, abstractmethod


class Voice(ABC):
    @abstractmethod
    def NAME(self, messages, **options): ...
"""
SPOKEN = """
from openai import OpenAI
from kit.base import Voice


class Spoken(Voice):
    def __init__(self, key, model="gpt-4o"):
        self.client, self.model = OpenAI(api_key=key), model

    def NAME(self, messages, **options):
        return self.client.chat.completions.create(model=self.model, messages=messages, **options)
"""
OTHER = """
from kit.base import Voice


class Silent(Voice):
    def NAME(self, messages, **options):
        return ""
"""
USE = """
from kit.base import Voice


class Desk:
    def __init__(self, voiceTYPE):
        self.voice = voice

    def sort(self, text):
        return self.voice.NAME([{"role": "user", "content": text}]GIVEN)
"""
SHELF = """

class Shelf:
    def NAME(self, place):
        return place
"""
HEAT, USER = ", temperature=0.2", ', user="u"'


def spoken(name: str, code: dict[str, str]) -> str:
    """What becomes of the class behind the abstract one: `held`, `moved`, or `moved without` temperature."""
    files = {f"kit/{path}.py": text.replace("NAME", name).encode() for path, text in code.items()}
    _, new = pipeline.migrate({"kit/__init__.py": b"", **files}, Settings(map=MAP, unproven=True))
    is_given = any(b"temperature=" in text for text in files.values())
    is_kept = any(b"temperature=" in text for text in new.values())
    return "moved without" if is_given and not is_kept else _of(new["kit/spoken.py"])


def _of(new: bytes) -> str:
    if b"gpt-5.5" not in new:
        return "held"
    return "moved without" if b'key != "temperature"' in new else "moved"


def program(given: str, kind: str, more: str = "") -> dict[str, str]:
    use = USE.replace("GIVEN", given).replace("TYPE", kind) + more
    return {"base": BASE, "spoken": SPOKEN, "other": OTHER, "use": use}


@pytest.mark.parametrize("kind", [": Voice", ""])
@pytest.mark.parametrize("name", ["complete", "chat"])
def test_what_is_given_by_name_comes_to_the_request(name: str, kind: str) -> None:
    assert spoken(name, program(HEAT, kind)) == "moved without"
    assert spoken(name, program(USER, kind)) == "moved"
    assert spoken(name, program("", kind)) == "moved"


def test_a_type_tells_methods_of_one_name_apart() -> None:
    """Without one it may be an object of any class whose method takes what is given."""
    assert spoken("complete", program(HEAT, ": Voice", SHELF)) == "moved without"
    assert spoken("complete", program(HEAT, "", SHELF)) == "moved without"
    assert spoken("complete", program(HEAT, ": Shelf", SHELF)) == "moved"


@pytest.mark.parametrize(("given", "outcome"), [(HEAT, "moved without"), (USER, "moved")])
def test_many_callers_do_not_hide_one(given: str, outcome: str) -> None:
    """From some loads of a name on, those of files that name the class are looked at first."""
    many = "from kit.made import voice\n" + "".join(
        f"\n\ndef use_{n}(text):\n    return voice().chat([text, {n}])\n" for n in range(60)
    )
    one = f"def ask(text):\n    from kit.made import voice\n\n    return voice().chat([text]{given})\n"
    made = 'from kit.spoken import Spoken\n\n\ndef voice():\n    return Spoken("key")\n'
    assert spoken("chat", {"base": BASE, "spoken": SPOKEN, "made": made, "many": many, "one": one}) == outcome


@pytest.mark.parametrize(("given", "outcome"), [(HEAT, "moved without"), (USER, "moved"), ("", "moved")])
def test_a_file_that_imports_nothing_of_it_is_read(tmp_path: Path, given: str, outcome: str) -> None:
    code = {
        "__init__": "",
        "spoken": SPOKEN.replace("from kit.base import Voice\n", "").replace("(Voice)", ""),
    }
    code["use"] = USE.replace("from kit.base import Voice\n", "").replace("GIVEN", given).replace("TYPE", "")
    (tmp_path / "kit").mkdir()
    for path, text in code.items():
        (tmp_path / "kit" / f"{path}.py").write_text(text.replace("NAME", "speak"))
    found = pipeline.review([tmp_path], Settings(map=MAP, unproven=True), root=tmp_path)
    [change] = pipeline.changes(found, tmp_path, 1).files
    assert change.path == "kit/spoken.py"
    assert _of(change.new) == outcome
