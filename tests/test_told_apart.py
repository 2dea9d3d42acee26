"""Models of several tiers that one dict offers stay several."""

from __future__ import annotations

import pytest
from decided import migrated

CODE = '''
"""Tiny LLM router: cheap work to a small model, the few hard decisions to the big one."""
from openai import OpenAI

BY_ROLE = {roles}


def route(role, text):
    messages = [{"role": "user", "content": text}]
    return OpenAI().chat.completions.create(model=BY_ROLE[role], messages=messages)
'''


def roles(after: str) -> dict[str, str]:
    names: dict[str, dict[str, str]] = {}
    exec(next(line for line in after.splitlines() if line.startswith("BY_ROLE")), names)
    return names["BY_ROLE"]


def test_a_large_model_beside_a_small_one_stays_larger() -> None:
    after = migrated(CODE.replace("{roles}", '{"cheap": "gpt-4o-mini", "chief": "gpt-4o"}'), map={}).after
    assert roles(after) == {"cheap": "gpt-5.5-mini", "chief": "gpt-5.5-instant"}


@pytest.mark.parametrize("model", ["gpt-4o", "gpt-4o-mini"])
def test_one_tier_goes_where_its_use_says(model: str) -> None:
    after = migrated(CODE.replace("{roles}", f'{{"cheap": "{model}", "chief": "{model}"}}'), map={}).after
    assert len(set(roles(after).values())) == 1


def test_what_the_settings_map_is_not_told_apart() -> None:
    given = {"gpt-4o": "mini", "gpt-4o-mini": "mini"}
    code = CODE.replace("{roles}", '{"cheap": "gpt-4o-mini", "chief": "gpt-4o"}')
    assert set(roles(migrated(code, map=given).after).values()) == {"gpt-5.5-mini"}
