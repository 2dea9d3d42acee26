"""A package's class whose constructor takes an address has clients of any vendor."""

from __future__ import annotations

import pytest

from migrator import pipeline
from migrator.settings import Settings

JUDGE = """
import openai


class Judge:
    def __init__(self, model="gpt-4o-mini", base_url=None):
        self.model, self.base_url = model, base_url

    def _client(self):
        given = {"timeout": 30.0}
        if self.base_url:
            given["base_url"] = self.base_url
        return openai.OpenAI(**given)

    def grade(self, text):
        client = self._client()
        return client.chat.completions.create(model=self.model, messages=[text], max_tokens=256)


def grade(text, model="gpt-4o-mini"):
    return Judge(model=model).grade(text)
"""
BOTH = '**({"max_completion_tokens": 256} if "gpt-5.5" in self.model else {"max_tokens": 256})'


def after(code: str, path: str = "desk/judge.py") -> str:
    files = {"desk/__init__.py": b"", path: code.encode()}
    return pipeline.migrate(files, Settings(map={"gpt-4o-mini": "mini"}))[1][path].decode()


def test_a_name_is_changed_for_the_new_models_alone() -> None:
    assert BOTH in after(JUDGE)


@pytest.mark.parametrize(
    ("code", "path"),
    [
        (JUDGE, "judge.py"),
        (
            JUDGE.replace("class Judge", "class _Judge").replace("return Judge", "return _Judge"),
            "desk/judge.py",
        ),
    ],
    ids=["a program of its own", "a class of its own"],
)
def test_it_is_changed_for_all_where_no_other_address_may_come(code: str, path: str) -> None:
    assert "max_completion_tokens=256" in after(code, path)
