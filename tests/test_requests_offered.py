"""What a package offers is used by other programs, too, though a module of its own uses it."""

from __future__ import annotations

from migrator import pipeline
from migrator.settings import Settings

FACTS = '''
from openai import AsyncOpenAI


class Facts:
    """OpenAI, or any server that speaks its API: give base_url."""

    def __init__(self, api_key=None, model: str = "gpt-4o-mini", *, base_url: str | None = None, client=None):
        self._client = client or AsyncOpenAI(api_key=api_key, base_url=base_url)
        self._model = model

    async def get(self, text: str):
        request = {
            "model": self._model,
            "messages": [{"role": "user", "content": text}],
            "max_tokens": 800,
            "temperature": 0.1,
        }
        return await self._client.chat.completions.create(**request)
'''
BUILT = "from NAME import Facts\n\n\ndef build(cfg):\n    return Facts(api_key=cfg.key)\n"
LEFT_OUT = '**({} if "gpt-5.5" in self._model else {"temperature": 0.1})'
RENAMED = '**({"max_completion_tokens": 800} if "gpt-5.5" in self._model else {"max_tokens": 800})'


def packaged(facts: str) -> str:
    files = {
        "pkg/__init__.py": b"",
        "pkg/facts.py": facts.encode(),
        "pkg/app.py": BUILT.replace("NAME", "pkg.facts").encode(),
    }
    return pipeline.migrate(files, Settings())[1]["pkg/facts.py"].decode()


def test_other_programs_send_what_their_models_take() -> None:
    after = packaged(FACTS)
    assert LEFT_OUT in after
    assert RENAMED in after


def test_a_parameter_is_renamed_for_all_where_nobody_may_say_where_to_send() -> None:
    after = packaged(FACTS.replace("base_url=base_url", "timeout=60").replace("client or ", ""))
    assert LEFT_OUT in after
    assert '"max_completion_tokens": 800,' in after


def test_a_parameter_goes_where_nobody_else_may_name_a_model() -> None:
    after = packaged(FACTS.replace("self._model = model", 'self._model = "gpt-4o-mini"'))
    assert '"temperature"' not in after
    assert '"max_completion_tokens": 800,' in after


def test_a_program_of_its_own_is_used_by_nobody_else() -> None:
    files = {"facts.py": FACTS.encode(), "app.py": BUILT.replace("NAME", "facts").encode()}
    after = pipeline.migrate(files, Settings())[1]["facts.py"].decode()
    assert '"temperature"' not in after
    assert "max_completion_tokens" in after


FIELDS = """
from openai import OpenAI
from pydantic import BaseModel, Field


class Facts(BaseModel):
    model: str = Field(default="gpt-4o-mini")

    def get(self, text):
        return OpenAI().chat.completions.create(model=self.model, messages=text, temperature=0.1)
"""


def test_a_field_of_a_record_is_named_by_other_programs_too() -> None:
    assert '**({} if "gpt-5.5" in self.model else {"temperature": 0.1})' in packaged(FIELDS)
    alone = {"app.py": f"{FIELDS}\n\nprint(Facts().get([]))\n".encode()}
    assert b"temperature" not in pipeline.migrate(alone, Settings())[1]["app.py"]
