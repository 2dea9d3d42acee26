"""Branches on a model's name: old ids keep their outcome, new ones get theirs, and what is unclear is told."""

from __future__ import annotations

import pytest

from tests.decided import Migrated, migrated


def outcomes(done: Migrated, name: str, *models: str) -> list[object]:
    return [done.new[name](model) for model in models]


def same_for_old(done: Migrated, name: str, *models: str) -> bool:
    return all(done.new[name](model) == done.old[name](model) for model in models)


LADDERS = {
    "elif": """
def window(model):
    if model == "gpt-4":
        limit = 8192
    elif model == "gpt-4o":
        limit = 128_000
    else:
        raise ValueError(model)
    return limit
""",
    "returns": """
def window(model):
    if model == "gpt-4":
        return 8192
    if model == "gpt-4o":
        return 128_000
    return 4096
""",
    "prefix": """
def window(model):
    if model.startswith("gpt-4o"):
        return 128_000
    return 8192
""",
    "piece": """
def window(model):
    if "gpt-4o" in model:
        return 128_000
    elif "gpt-4" in model:
        return 8192
    return 4096
""",
    "shadowed": """
def window(model):
    if model.startswith("gpt-5"):
        return 400_000
    if "gpt-4o" in model:
        return 128_000
    return 8192
""",
    "choice": """
def window(model):
    return 128_000 if model == "gpt-4o" else 4096
""",
    "match": """
def window(model):
    match model:
        case "gpt-4o":
            return 128_000
        case _:
            return 4096
""",
    "set": """
def window(model):
    if model in ("gpt-4o", "gpt-4o-2024-08-06"):
        return 128_000
    return 4096
""",
    "lower": """
def window(model):
    name = model.lower()
    if name.startswith("gpt-4o"):
        return 128_000
    return 4096
""",
}


@pytest.mark.parametrize("form", LADDERS)
def test_an_arm_that_states_a_window_gets_one_beside_it(form: str) -> None:
    done = migrated(LADDERS[form], "gpt-4o")
    assert done.new["window"]("gpt-5.5-instant") == 512_000
    assert same_for_old(done, "window", "gpt-4o", "gpt-4" if form == "elif" else "davinci")
    assert [b.action for b in done.inventory.branches] == ["extend"]


def test_a_prefix_that_fits_already_would_give_the_old_figure() -> None:
    code = "def window(model):\n    if model.startswith('gpt-5'):\n        return 400_000\n    return 8192\n"
    done = migrated(code, "gpt-5")
    assert done.old["window"]("gpt-5.5") == 400_000
    assert outcomes(done, "window", "gpt-5.5", "gpt-5") == [1_000_000, 400_000]


def test_three_variants_in_one_ladder_do_not_shadow_each_other() -> None:
    done = migrated(
        LADDERS["piece"], "gpt-4o", "gpt-4o-mini", map={"gpt-4o": "flagship", "gpt-4o-mini": "mini"}
    )
    assert outcomes(done, "window", "gpt-5.5", "gpt-5.5-mini", "gpt-4o-mini") == [1_000_000, 128_000, 128_000]


def test_one_conditional_for_two_variants() -> None:
    code = "def window(model):\n    return 400_000 if model == 'gpt-5' else 128_000 if model == 'gpt-4o' else 1\n"
    done = migrated(code, "gpt-4o", "gpt-5")
    assert outcomes(done, "window", "gpt-5.5-instant", "gpt-5.5", "gpt-4o", "gpt-5") == [
        512_000,
        1_000_000,
        128_000,
        400_000,
    ]


@pytest.mark.parametrize(
    "test",
    [
        'model.startswith("gpt-4o")',
        'model.startswith(("gpt-4o", "o1"))',
        'model == "gpt-4o"',
        'model in ["gpt-4o", "o1"]',
        '"gpt-4o" in model',
        'model == "gpt-4o" or model == "o1"',
        'bool(re.match(r"gpt-4o", model))',
        'not (model != "gpt-4o" and model != "o1")',
    ],
)
def test_a_wider_test_where_old_and_new_share_the_encoding(test: str) -> None:
    code = f'import re\n\n\ndef encoding(model):\n    if {test}:\n        return "o200k_base"\n    return "cl100k_base"\n'
    done = migrated(code, "gpt-4o")
    assert done.old["encoding"]("gpt-5.5-instant") == "cl100k_base"
    assert outcomes(done, "encoding", "gpt-5.5-instant", "gpt-4o", "gpt-4") == [
        "o200k_base",
        "o200k_base",
        "cl100k_base",
    ]


@pytest.mark.parametrize("test", ['model not in ("gpt-4o", "gpt-4.1")', 'model != "gpt-4o"'])
def test_a_guard_that_would_refuse_the_new_id(test: str) -> None:
    done = migrated(
        f"def check(model):\n    if {test}:\n        raise ValueError(model)\n    return True\n", "gpt-4o"
    )
    assert done.new["check"]("gpt-5.5-instant")
    with pytest.raises(ValueError, match="davinci"):
        done.new["check"]("davinci")


def test_a_flag_of_a_capability() -> None:
    done = migrated('def supports_tools(model):\n    return model in ("gpt-4o", "gpt-4.1")\n', "gpt-4o")
    assert outcomes(done, "supports_tools", "gpt-5.5-instant", "gpt-4o", "davinci") == [True, True, False]


def test_the_name_of_the_cap_follows_what_the_new_model_takes() -> None:
    code = """
def cap(model, n):
    if model in ("o1", "gpt-5"):
        return {"max_completion_tokens": n}
    return {"max_tokens": n}
"""
    done = migrated(code, "gpt-5", "gpt-4o")
    assert [set(done.new["cap"](m, 9)) for m in ("gpt-5.5", "gpt-5.5-instant", "gpt-5", "gpt-4o")] == [
        {"max_completion_tokens"},
        {"max_completion_tokens"},
        {"max_completion_tokens"},
        {"max_tokens"},
    ]


def test_a_branch_moves_together_with_the_id_that_flips_it() -> None:
    code = LADDERS["elif"] + '\nM = "gpt-4o"\nwindow(M)\n\n\ndef go(t):\n    return ask(t, M)\n'
    done = migrated(code, "gpt-4o-mini")
    groups = {e.rule: e.group for e in done.inventory.edits if "instant" in str(e.operation)}
    assert groups["GPT55-B002"] == groups["GPT55-M001"]


def test_references_say_what_becomes_of_them() -> None:
    done = migrated(LADDERS["prefix"], "gpt-4o")
    compared = [r for r in done.inventory.references if r.role == "comparison"]
    assert [r.action for r in compared] == ["extend"]


# -- told, not changed -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    [
        'def go(model):\n    if model == "gpt-4o":\n        print("big")\n',
        'def role(model):\n    return "system" if model.startswith("gpt-4o") else "developer"\n',
        'def tone(model):\n    if "gpt-4o" in model:\n        return warm()\n    return cold()\n',
        'def price(model):\n    if model == "gpt-4o":\n        price = 3.1\n    else:\n        price = 1\n    return price\n',
    ],
)
def test_an_unclear_branch_is_for_a_person(code: str) -> None:
    done = migrated(code, "gpt-4o")
    assert code in done.after
    (finding,) = done.findings("GPT55-B001")
    assert finding.reason == ("table-unit-unknown" if "price" in code else "branch-flips")
    assert "gpt-4o" in finding.message
    assert "gpt-5.5-instant" in finding.message
    assert {r.action for r in done.inventory.references if r.role == "comparison"} == {"review"}


@pytest.mark.parametrize(
    "code",
    [
        'def go(model):\n    return "claude" in model\n',
        'def go(model):\n    return model.startswith("gpt-")\n',
        'def go(model):\n    if model == "gpt-4.1":\n        return 1_047_576\n    return 0\n',
        'def go(model):\n    return "mini" in model\n',
        'def go(model, mode):\n    return mode == "gpt-4o-style"\n',
        'def go(model):\n    if "/" in model:\n        return model.split("/")[1]\n    return model\n',
        'def go(model):\n    if model == "gpt-5.5-instant":\n        return 512_000\n    if model == "gpt-4o":\n        return 128_000\n',
        'def go(n):\n    if n == 128_000:\n        return "full"\n    return ""\n',
    ],
)
def test_the_same_outcome_is_nothing(code: str) -> None:
    done = migrated(code, "gpt-4o")
    assert code in done.after
    assert not done.inventory.branches
    assert not done.findings("GPT55-B")


def test_a_reference_whose_outcome_stays_says_so() -> None:
    done = migrated('def go(model):\n    return model.startswith("gpt-5") or "gpt-4o" != model\n', "gpt-5")
    details = [r.detail for r in done.inventory.references if r.role == "comparison"]
    assert any(detail.startswith("same outcome") for detail in details)


@pytest.mark.parametrize(
    "code",
    [
        """
def options(model, n):
    if model.startswith("gpt-5"):
        return {"max_completion_tokens": n}
    return {"max_tokens": n, "temperature": 0}
""",
        """
def options(model, kwargs):
    if "gpt-5" in model:
        kwargs.pop("temperature", None)
    return kwargs
""",
    ],
)
def test_a_branch_that_handles_the_family_is_left(code: str) -> None:
    done = migrated(code, "gpt-4o")
    assert code.strip() in done.after
    assert not done.findings("GPT55-B")


def test_membership_that_a_new_row_decides_is_no_finding() -> None:
    code = 'KNOWN = {"gpt-4o": 128_000}\n\n\ndef context(model):\n    if model in KNOWN:\n        return KNOWN[model]\n    return 0\n'
    done = migrated(code, "gpt-4o")
    assert not done.inventory.branches
    assert done.new["context"]("gpt-5.5-instant") == 512_000


def test_other_conditions_are_no_flip_of_their_own() -> None:
    done = migrated('def go(model, debug):\n    return debug and model.startswith("gpt-")\n', "gpt-4o")
    assert not done.inventory.branches


def test_vision_is_not_given_to_mini() -> None:
    done = migrated('def supports_vision(model):\n    return model in ("gpt-4o-mini", "o1")\n', "gpt-4o-mini")
    assert done.new["supports_vision"]("gpt-5.5-mini") is False
    assert done.findings("GPT55-B001")
