"""Numbers that stay: budgets, what is no limit of tokens, and what settings or other models hold."""

from __future__ import annotations

import pytest
from limit_support import HEAD, MINI, after, migrated

CUT = "document = enc.decode(enc.encode(document)[:LIMIT])"

KEPT = {
    "a budget": (CUT, "LIMIT = 8_000"),
    "half the window": (CUT, "LIMIT = 64_000"),
    "just below three quarters": (CUT, "LIMIT = 95_000"),
    "more than any window": (CUT, "LIMIT = 300_000"),
    "a name that says budget": (
        "document = enc.decode(enc.encode(document)[:TOKEN_BUDGET])",
        "TOKEN_BUDGET = 100_000",
    ),
    "a chunk's size": (
        "for part in split(document, CHUNK_TOKENS):\n        print(part)",
        "from chunks import split\nCHUNK_TOKENS = 120_000",
    ),
    "a memory": (
        "memory.fit(document, MEMORY_TOKENS)",
        "from memories import memory\nMEMORY_TOKENS = 2_000",
    ),
    "a few characters": ("document = document[:LIMIT]", "LIMIT = 10_000"),
    "a record of another model": (
        "print(OTHER)",
        'from models import Info\nOTHER = Info(name="claude-sonnet-4", context_window=128_000)',
    ),
    "what another reader takes": (
        "print(nlp(document[:500_000]).sents)",
        "import spacy\nnlp = spacy.load('en_core_web_sm')",
    ),
    "bytes": ("if len(document.encode()) > MAX_BYTES:\n        raise ValueError", "MAX_BYTES = 128_000"),
    "kilobytes by a comment": (CUT, "LIMIT = 120_000  # 120 KB"),
    "another object's attribute": (
        "reader.read(document)",
        'from other import config, reader\nconfig.model = "claude-sonnet-4"\nreader.context_window = 110_000',
    ),
    "a sample rate": ("print(SAMPLE_RATE)", "SAMPLE_RATE = 128_000"),
    "a port": ("print(document, PORT)", "PORT = 12_800"),
    "a timeout": ("print(document, TIMEOUT_MS)", "TIMEOUT_MS = 120_000"),
    "tokens a minute": ("print(TOKENS_PER_MINUTE)", "TOKENS_PER_MINUTE = 128_000"),
    "rows": ("rows = load(document)[:120_000]", "from data import load"),
    "messages counted": ("history = messages[-10:]", "messages = []"),
    "a constant that no call sees": ("print(document)", "MAX_CONTEXT_TOKENS = 128_000"),
    "an embedding's limit": ("print(EMBEDDING_MAX_TOKENS)", "EMBEDDING_MAX_TOKENS = 128_000"),
    "spending on a whole run": (
        "run = Budget(max_tokens=100_000, max_cost=2.0)\n    print(run)",
        "from budgets import Budget",
    ),
    "an output cap": ("print(MAX_OUTPUT)", "MAX_OUTPUT = 16_384"),
}
CALL = '    return client.responses.create(model="gpt-4o", input=document)\n'


@pytest.mark.parametrize("name", KEPT)
def test_a_number_stays(name: str) -> None:
    body, head = KEPT[name]
    before = f"{HEAD}{head}\n\n\ndef analyze(document):\n    {body}\n{CALL}"
    assert after(before) == before.replace('"gpt-4o"', '"gpt-5.5"')


def test_a_number_near_a_call_is_not_linked_by_nearness() -> None:
    before = (
        HEAD
        + "MAX_CONTEXT_TOKENS = 128_000\n\n\n"
        + 'def ask(text):\n    return client.responses.create(model="gpt-4o", input=text)\n\n\n'
        + "def for_another_model(text):\n    return other(enc.encode(text)[:MAX_CONTEXT_TOKENS])\n"
    )
    assert after(before) == before.replace('"gpt-4o"', '"gpt-5.5"')


def test_a_number_in_a_branch_on_the_model_belongs_to_the_branch() -> None:
    before = (
        HEAD
        + "def window(model):\n"
        + '    if model == "claude-sonnet":\n        return 200_000\n    return 8_000\n\n\n'
        + "def ask(text, model='gpt-4o'):\n    text = enc.decode(enc.encode(text)[: window(model)])\n"
        + "    return client.responses.create(model=model, input=text)\n"
    )
    assert "return 200_000" in after(before)


def test_an_output_cap_keeps_its_value() -> None:
    before = HEAD + (
        "REPLY_TOKENS = 800\n\n\ndef ask(text):\n"
        '    return client.responses.create(model="gpt-4o", input=text, max_output_tokens=REPLY_TOKENS)\n\n\n'
        "def write(text):\n"
        '    return client.responses.create(model="gpt-4o", input=text, max_output_tokens=16384)\n'
    )
    assert after(before) == before.replace("gpt-4o", "gpt-5.5")


def test_a_ceiling_that_is_not_the_old_model_s_own_stays() -> None:
    before = HEAD + (
        "def ask(text, wanted):\n    room = min(wanted, 4096)\n"
        '    return client.responses.create(model="gpt-4o", input=text, max_output_tokens=room)\n'
    )
    assert "min(wanted, 4096)" in after(before)


FORCED = f"{HEAD}LIMIT = 120_000\n\n\ndef analyze(document):\n    {CUT}\n{CALL}"


@pytest.mark.parametrize("wish", ["fit", "keep"])
def test_settings_keep_a_limit_from_being_raised(wish: str) -> None:
    assert after(FORCED, context=wish) == FORCED.replace('"gpt-4o"', '"gpt-5.5"')


def test_keep_says_what_it_kept() -> None:
    inventory, _ = migrated(FORCED, context="keep")
    (finding,) = [one for one in inventory.findings if one.rule == "GPT55-L001"]
    assert "992,000" in finding.message


def test_keep_warns_where_the_old_limit_overflows() -> None:
    before = FORCED.replace("120_000", "390_000").replace("gpt-4o", "gpt-5-mini")
    inventory, new = migrated(before, map=MINI, context="keep")
    assert "LIMIT = 390_000" in new["app.py"]
    assert [one.severity for one in inventory.findings if one.rule == "GPT55-L002"] == ["warning"]


def test_a_rule_can_be_ignored_and_the_id_still_moves() -> None:
    assert after(FORCED, ignore=["GPT55-L"]) == FORCED.replace('"gpt-4o"', '"gpt-5.5"')


def test_a_comment_holds_a_limit() -> None:
    before = FORCED.replace("LIMIT = 120_000", "LIMIT = 120_000  # gpt55: ignore -- agreed with finance")
    assert "LIMIT = 120_000" in after(before)


@pytest.mark.parametrize(
    "model",
    [
        'os.getenv("MODEL", "gpt-4o")',
        'sys.argv[1] if len(sys.argv) > 1 else "gpt-4o"',
        '"gpt-4o" if os.name else "claude-sonnet-4"',
    ],
)
def test_nothing_is_raised_where_another_model_may_arrive(model: str) -> None:
    before = FORCED.replace('model="gpt-4o"', "model=MODEL").replace(
        "LIMIT = ", f"import os\nimport sys\nMODEL = {model}\nLIMIT = "
    )
    inventory, new = migrated(before)
    assert "LIMIT = 120_000" in new["app.py"]
    assert [limit.action for limit in inventory.limits] == ["review"]
    assert any(one.rule == "GPT55-L001" for one in inventory.findings)


def test_but_lowered_it_is() -> None:
    before = FORCED.replace('model="gpt-4o"', "model=MODEL").replace(
        "LIMIT = 120_000", 'import os\nMODEL = os.getenv("MODEL", "gpt-5-mini")\nLIMIT = 390_000'
    )
    assert "LIMIT = 118_000" in after(before, map=MINI)


def test_a_suppressed_id_at_the_same_call_holds_the_limit() -> None:
    before = FORCED + (
        "\n\ndef legacy(document):\n    document = enc.decode(enc.encode(document)[:LIMIT])\n"
        '    return client.responses.create(model="gpt-4o-mini", input=document)  # gpt55: ignore\n'
    )
    assert "LIMIT = 120_000" in after(before)


def test_a_smaller_target_holds_the_limit_of_a_shared_helper() -> None:
    before = FORCED + (
        "\n\ndef tag(document):\n    document = enc.decode(enc.encode(document)[:LIMIT])\n"
        '    return client.responses.create(model="gpt-4o-mini", input=document)\n'
    )
    new = after(before, map={"gpt-4o": "flagship", "gpt-4o-mini": "mini"})
    assert "LIMIT = 120_000" in new


def test_the_same_window_needs_no_edit() -> None:
    assert "LIMIT = 120_000" in after(FORCED, map=MINI)


def test_a_call_that_is_on_the_target_already_keeps_its_limits() -> None:
    before = FORCED.replace("gpt-4o", "gpt-5.5")
    assert after(before) == before


def test_an_azure_deployment_keeps_its_limits() -> None:
    before = (
        FORCED.replace("from openai import OpenAI", "from openai import AzureOpenAI")
        .replace("OpenAI()", "AzureOpenAI(azure_endpoint='https://x.openai.azure.com')")
        .replace("AzureAzure", "Azure")
    )
    assert "LIMIT = 120_000" in after(before)


def test_a_test_s_own_call_holds_nothing_back() -> None:
    files = {
        "app.py": FORCED,
        "tests/test_app.py": (
            "from app import LIMIT, client\n\n\ndef test_it():\n"
            '    client.responses.create(model="gpt-4o", input="x" * LIMIT)\n'
        ),
    }
    new = migrated(files)[1]
    assert "LIMIT = 992_000" in new["app.py"]
    assert new["tests/test_app.py"] == files["tests/test_app.py"]


HELPER = """

def {name}(variable, default):
    return int(os.getenv(variable, default))

"""
BESIDE = f"""\
import os

{HEAD}{HELPER.format(name="span")}{HELPER.format(name="size")}
PAUSE = span("PAUSE", 120_000)
LIMIT = size("LIMIT", 120_000)


def analyze(document, seconds):
    print(PAUSE // seconds)
    document = enc.decode(enc.encode(document)[:LIMIT])
    return client.responses.create(model="gpt-4o", input=document)
"""


def test_a_number_is_judged_by_its_own_helper() -> None:
    """The pause is no limit; what another helper gives back is."""
    assert '("PAUSE", 120_000)' in after(BESIDE)
    assert '("LIMIT", 120_000)' not in after(BESIDE)


@pytest.mark.parametrize("given", ['"LIMIT", 120_000', '"LIMIT", default=120_000'])
def test_one_helper_for_limits_and_pauses_moves_neither(given: str) -> None:
    """Which of its callers gets which number is not followed; the second is judged as the first."""
    before = BESIDE.replace('size("LIMIT", 120_000)', f"span({given})")
    assert after(before) == before.replace('"gpt-4o"', '"gpt-5.5"')


ASKED_FOR_A_MODEL = (
    HEAD
    + """

class Room:
    MAX_TOKENS = 128_000

    def __init__(self, model):
        self.model = model

    def check(self, document):
        if len(enc.encode(document)) > self.MAX_TOKENS:
            raise ValueError("too long")


def ask(document, model):
    Room(MODEL).check(document)
    return client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": document}])


ask("a note", input())
"""
)


def test_a_window_stays_where_the_code_around_is_told_other_models() -> None:
    assert "MAX_TOKENS = 1_000_000" in after(ASKED_FOR_A_MODEL.replace("MODEL)", '"gpt-4o")'))
    assert "MAX_TOKENS = 128_000" in after(ASKED_FOR_A_MODEL.replace("MODEL)", "model)"))
