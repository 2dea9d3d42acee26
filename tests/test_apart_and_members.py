"""Parameters whose new name only other requests have, and members that a `match` asks for."""

from __future__ import annotations

from migrator import pipeline
from migrator.settings import Settings
from tests.decided import MAP

HEAD = "import os\nfrom openai import OpenAI\nclient = OpenAI()\n"
SEND = "client.chat.completions.create(messages=[{{'role': 'user', 'content': 'hi'}}], {})"
OLD = 'OLD = {"model": "gpt-4o", "max_tokens": 300}\n'
NEW = 'NEW = {"model": "gpt-5", "max_completion_tokens": 300}\n'


def after(code: str) -> str:
    new = pipeline.migrate({"app.py": code.encode()}, Settings(map=MAP))[1]
    assert pipeline.migrate(new, Settings(map=MAP))[1] == new
    return new["app.py"].decode()


def test_a_parameter_takes_a_name_that_only_other_requests_have() -> None:
    code = HEAD + OLD + NEW + SEND.format("**(NEW if os.environ.get('NEW') else OLD)")
    assert 'OLD = {"model": "gpt-5.5-instant", "max_completion_tokens": 300}' in after(code)


def test_a_parameter_takes_no_name_that_the_same_request_has() -> None:
    code = HEAD + OLD.replace("}", ', "max_completion_tokens": 300}') + SEND.format("**OLD")
    assert "gpt-5.5" not in after(code)


MEMBERS = """from enum import Enum
class Engine(Enum):
    SMALL_4O = "gpt-4o-mini"
    BIG_4O = "gpt-4o"
    @property
    def cap(self):
        match self:
            case Engine.SMALL_4O:
                return 100
            case _:
                return CAP
def ask(engine=Engine.SMALL_4O):
    print(client.chat.completions.create(model=engine.value, max_completion_tokens=engine.cap, messages=[]))
print([one.value for one in Engine], Engine(os.environ["ENGINE"]))
ask()
"""


def test_a_case_for_a_member_is_for_the_one_that_is_made_like_it() -> None:
    new = after(HEAD + MEMBERS.replace("CAP", "400"))
    assert "case Engine.SMALL_4O | Engine.GPT_5_5_MINI:" in new
    assert "def ask(engine=Engine.GPT_5_5_MINI):" in new


def test_a_case_stays_that_says_what_all_others_say() -> None:
    assert "case Engine.SMALL_4O:" in after(HEAD + MEMBERS.replace("CAP", "100"))


TIERS = """from enum import Enum
class Tier(Enum):
    FAST = "gpt-4o-mini"
    OTHER = "gpt-4o"
def ask(tier=Tier.FAST):
    print(client.chat.completions.create(model=tier.value, messages=[]))
ask()
"""


def test_an_enumeration_gains_no_member_for_an_id_that_another_has() -> None:
    assert after(HEAD + TIERS) == HEAD + TIERS.replace('"gpt-4o-mini"', '"gpt-5.5-mini"')
