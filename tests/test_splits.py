"""`--split`: calls that share one literal and want different variants."""

from __future__ import annotations

import pytest

from migrator.pipeline import migrate
from migrator.settings import Settings

HEAD = 'import os\nfrom openai import OpenAI\n\nclient = OpenAI()\nMODEL = "gpt-4o"\n\n\n'
LEGAL = (
    "def analyse_contract(contract):\n"
    "    return client.chat.completions.create(\n"
    "        model=MODEL,\n"
    '        messages=[{"role": "system", "content": "You are a lawyer. Analyse the legal risks of every clause."},\n'
    '                  {"role": "user", "content": contract}],\n'
    "    )\n\n\n"
)
MODERATION = (
    "def moderate_comments(comments):\n"
    "    for comment in comments:\n"
    "        yield client.chat.completions.create(\n"
    "            model=MODEL,\n"
    '            messages=[{"role": "system", "content": "Content moderation: is this comment spam or abuse?"},\n'
    '                      {"role": "user", "content": comment}],\n'
    "        )\n"
)


def written(source: str, *, split: bool) -> str:
    _, files = migrate({"desk.py": source.encode()}, Settings(split=split))
    return files["desk.py"].decode()


def test_each_call_gets_its_own_variant():
    after = written(HEAD + LEGAL + MODERATION, split=True)
    assert 'MODEL = "gpt-5.5"' in after
    assert 'model="gpt-5.5-mini"' in after
    assert after.count("model=MODEL") == 1


def test_a_second_run_changes_nothing():
    after = written(HEAD + LEGAL + MODERATION, split=True)
    assert written(after, split=True) == after


NOOPS = {
    "not-asked-for": (HEAD + LEGAL + MODERATION, False),
    "one-call": (HEAD + LEGAL, True),
    "same-wish": (HEAD + LEGAL + LEGAL.replace("analyse_contract", "analyse_clauses"), True),
    "environment-may-choose": (
        HEAD.replace('"gpt-4o"', 'os.getenv("MODEL", "gpt-4o")') + LEGAL + MODERATION,
        True,
    ),
}


@pytest.mark.parametrize(("source", "split"), [pytest.param(*case, id=name) for name, case in NOOPS.items()])
def test_the_shared_literal_stays_shared(source, split):
    assert "model=MODEL" in written(source, split=split)
    assert written(source, split=split).count("model=MODEL") == source.count("model=MODEL")
