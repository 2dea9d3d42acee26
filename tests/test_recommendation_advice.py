"""Advice on prompts and suggestions of architecture: findings with a place, never edits."""

from __future__ import annotations

import pytest

from migrator.decide.recommend.advice import Adviser
from migrator.inventory.prompt_records import Message, Prompt
from migrator.pipeline import migrate
from migrator.read.ids import IdPattern
from migrator.rulebook.rulefiles import load_rulebook
from migrator.settings import Settings

BOOK = load_rulebook(examples=True)
ADVISER = Adviser(BOOK.prompts, IdPattern.of(tuple(f for f in BOOK.catalog.families if f.default)))


def advised(text, variant="instant", role="system"):
    prompt = Prompt(messages=(Message(role=role, text=text),))
    return {match.rule.id for match in ADVISER.of(prompt, variant)}


@pytest.mark.parametrize("rule", BOOK.prompts, ids=lambda rule: rule.id)
def test_examples(rule):
    variant = rule.variants[0] if rule.variants else "instant"
    assert [text for text in rule.example if rule.id not in advised(text, variant)] == []
    assert [text for text in rule.noop if rule.id in advised(text, variant)] == []
    assert rule.noop


def test_advice_is_for_its_variants_only():
    assert "GPT55-A001" in advised("Be concise.", "mini")
    assert "GPT55-A001" not in advised("Be concise.", "flagship")


def test_long_and_bare_prompts():
    assert "GPT55-A002" in advised("Label the ticket. " * 500, "mini")
    assert "GPT55-A010" in advised("Review it.", "flagship")
    assert "GPT55-A010" not in advised("Review it.", "flagship", role="user")


def test_a_schema_at_the_call_silences_the_advice_on_prose():
    message = Message(role="user", text="Return a JSON object with name and date.")
    prompt = Prompt(messages=(message,), response="schema")
    assert "GPT55-A004" not in {match.rule.id for match in ADVISER.of(prompt, "mini")}


def findings(code, **settings):
    inventory, _ = migrate({"app.py": code.encode()}, Settings(**settings))
    return inventory, {(one.rule, one.line): one for one in inventory.findings}


PROMPTED = '''from openai import OpenAI

PROMPT = """Does the comment contain spam or harassment?
Be concise.
You are ChatGPT."""


def moderate(comment):
    return OpenAI().chat.completions.create(
        model="gpt-4o-mini",
        messages=[{"role": "system", "content": PROMPT}, {"role": "user", "content": comment}],
    )
'''


def test_advice_names_the_line_and_changes_nothing():
    inventory, found = findings(PROMPTED)
    assert ("GPT55-A001", 4) in found
    assert ("GPT55-A006", 5) in found
    assert found["GPT55-A001", 4].severity == "note"
    assert found["GPT55-A001", 4].call_sites
    assert not any(edit.rule.startswith("GPT55-A") for edit in inventory.edits)


def test_advice_can_be_turned_off():
    assert ("GPT55-A001", 4) not in findings(PROMPTED, ignore=("GPT55-A001",))[1]
    silenced = PROMPTED.replace('You are ChatGPT."""', 'You are ChatGPT."""  # gpt55: ignore[GPT55-A006]')
    assert ("GPT55-A006", 5) not in findings(silenced)[1]


HANDLER = """from fastapi import FastAPI
from openai import OpenAI

app = FastAPI()


@app.post("/review")
def review_contract(text: str):
    return OpenAI().chat.completions.create(
        model="gpt-4o",
        messages=[
            {"role": "system", "content": "You are a lawyer. List every clause that shifts liability."},
            {"role": "user", "content": text},
        ],
    )
"""


def rules(code):
    return {rule for rule, _ in findings(code)[1]}


CHAT_HANDLER = HANDLER.replace("review_contract", "chat_endpoint").replace(
    "You are a lawyer. List every clause that shifts liability.",
    "You are a friendly assistant of a customer support team. Negotiate with the customer over refunds.",
)


def test_a_handler_that_sends_all_that_people_write_to_one_variant():
    assert "GPT55-G001" in rules(CHAT_HANDLER)
    cheap = CHAT_HANDLER.replace('"gpt-4o"', '"gpt-4o-mini"').replace("chat_endpoint", "classify")
    assert "GPT55-G001" not in rules(cheap.replace("You are a friendly assistant", "Classify the message"))


def test_a_handler_with_one_kind_of_work_needs_no_tiers_but_a_fallback():
    assert "GPT55-G004" in rules(HANDLER)
    assert "GPT55-G001" not in rules(HANDLER)


def test_a_handler_that_catches_errors_has_its_own_fallback():
    caught = HANDLER.replace(
        "    return OpenAI()",
        "    try:\n        pass\n    except OSError:\n        pass\n    return OpenAI()",
    )
    assert "GPT55-G004" not in rules(caught)


LABEL = """from concurrent.futures import ThreadPoolExecutor
from openai import OpenAI
{imports}

{decorator}
def label(comment):
    return OpenAI().chat.completions.create(
        model="gpt-4o",
        max_tokens=5,
        messages=[{{"role": "user", "content": f"Is this comment spam? Answer yes or no.\\n{{comment}}"}}],
    )


def run(comments):
    with ThreadPoolExecutor(max_workers={workers}) as pool:
        return list(pool.map(label, comments))
"""


def test_a_cache_is_suggested_once():
    plain = LABEL.format(imports="", decorator="", workers=8)
    cached = LABEL.format(imports="from functools import cache", decorator="@cache", workers=8)
    assert "GPT55-G002" in rules(plain)
    assert "GPT55-G002" not in rules(cached)


def test_the_rate_limit_that_a_move_would_hit():
    assert "GPT55-G005" not in rules(LABEL.format(imports="", decorator="", workers=8))
    near = LABEL.format(imports="", decorator="", workers=280)
    assert "GPT55-G005" in rules(near)
    inventory, _ = findings(LABEL.format(imports="", decorator="", workers=400))
    reasons = {reason.rule for reason in inventory.references[0].recommendation.reasons}
    assert "constraint.rate" in reasons
    assert inventory.references[0].variant != "gpt-5.5-mini"


def test_whole_documents_on_a_small_window():
    code = """from pathlib import Path
from openai import OpenAI


def digest(name):
    return OpenAI().chat.completions.create(
        model="gpt-4o-mini",
        messages=[{"role": "user", "content": f"Summarize this in one sentence.\\n{Path(name).read_text()}"}],
    )
"""
    assert "GPT55-G003" in rules(code)
    assert "GPT55-G003" not in rules(code.replace("Path(name).read_text()", "name"))


SHARED = """from openai import OpenAI

client = OpenAI()
MODEL = "gpt-4o"


def review_contract(contract):
    return client.chat.completions.create(
        model=MODEL,
        messages=[
            {"role": "system", "content": "You are a lawyer. List every clause that shifts liability."},
            {"role": "user", "content": contract},
        ],
    )


def moderate(comment):
    return client.chat.completions.create(
        model=MODEL,
        messages=[
            {"role": "system", "content": "Content moderation: spam or harassment? Answer yes or no."},
            {"role": "user", "content": comment},
        ],
    )
"""


def test_a_shared_constant_serves_the_strongest_need_and_the_split_is_offered():
    inventory, found = findings(SHARED)
    assert inventory.references[0].variant == "gpt-5.5"
    told = found["GPT55-G006", 4]
    assert "gpt-5.5 at app.py:8" in told.message
    assert "gpt-5.5-mini at app.py:18" in told.message


def test_one_want_is_no_split():
    assert "GPT55-G006" not in rules(
        SHARED.replace("def moderate(comment)", "def find_clause(comment)").replace(
            "Content moderation: spam or harassment? Answer yes or no.",
            "You are an attorney. Find the liability clause.",
        )
    )
