"""Tests that cannot tell an old id from its new one are passed over; no other is."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.decided import migrated

HOME = """
AZURE = "azure"
OLD = "gpt-4"
OTHERS = ("azure", "claude")
PIECES = ["4o", "gemini"]


"""
TEXTS = (
    *("gpt-4o", "gpt-4", "GPT-4O", "4o", "o", "-", "/", "", "gpt4o", "gpt", "gpt-5.5", "instant", "openai"),
    *("azure", "claude-3", "gemini/", "bedrock/gpt-4o-x", "llama"),
)
texts = st.sampled_from(TEXTS).map(repr)
METHODS = ("lower()", "upper()", 'split("/")[-1]', 'replace("-", "")', 'removeprefix("openai/")')
shown = st.sampled_from(("model", *(f"model.{method}" for method in METHODS)))
displays = st.lists(texts, min_size=1, max_size=3).map(lambda found: f"({', '.join(found)},)")
held = st.one_of(texts, st.sampled_from(("AZURE", "OLD", "None", "3")))
seen = st.one_of(
    st.builds("{} {} {}".format, shown, st.sampled_from(("==", "!=")), held),
    st.builds("{} {} {}".format, held, st.sampled_from(("==", "!=")), shown),
    st.builds("{} {} {}".format, texts, st.sampled_from(("in", "not in")), shown),
    st.builds("{} {} {}".format, shown, st.sampled_from(("in", "not in")), displays),
    st.builds("{} in {}".format, shown, st.sampled_from(("OTHERS", "PIECES"))),
    st.builds(
        "{}.{}({})".format, shown, st.sampled_from(("startswith", "endswith")), st.one_of(held, displays)
    ),
    st.builds("any(one in {} for one in {})".format, shown, st.sampled_from(("OTHERS", "PIECES"))),
    st.sampled_from(("model", "AZURE", "model is None", "model is not None", 'AZURE == "azure"')),
).filter(lambda test: ".startswith(None)" not in test and "with(3)" not in test and "with(None)" not in test)


def _joined(tests: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.recursive(
        tests,
        lambda part: st.one_of(
            part.map("not ({})".format),
            st.builds("({}) {} ({})".format, part, st.sampled_from(("and", "or")), part),
        ),
        max_leaves=4,
    )


@settings(deadline=None, max_examples=20)
@given(st.lists(_joined(seen), min_size=4, max_size=8))
def test_what_differs_is_reported(tests: list[str]) -> None:
    code = HOME + "".join(
        f"\n\ndef ask_{at}(model):\n    if {test}:\n        return 'one'\n    return 'two'\n"
        for at, test in enumerate(tests)
    )
    done = migrated(code, "gpt-4o")
    told = {one.line for one in done.inventory.branches if one.old == "gpt-4o"}
    lines = done.before.splitlines()
    for at in range(len(tests)):
        ask = done.old[f"ask_{at}"]
        differs = ask("gpt-4o") != ask("gpt-5.5-instant")
        reported = lines.index(f"def ask_{at}(model):") + 2 in told
        if "gpt-5.5" in tests[at] and ask("gpt-5.5-instant") == "one":
            assert differs or not reported, tests[at]
        else:
            assert differs == reported, tests[at]


def test_an_arm_whose_own_test_names_the_new_family_is_meant_for_it() -> None:
    code = "def ask(model):\n    if {}model.startswith('gpt-5.5'):\n        return 1\n    return 2\n"
    assert migrated(code.format(""), "gpt-4o").inventory.branches == ()
    assert [one.line for one in migrated(code.format("not "), "gpt-4o").inventory.branches] == [2]


def test_a_test_of_something_else_reports_nothing() -> None:
    code = (
        "def kind(model):\n    if model == 'azure':\n        return 1\n    return 2 if model is None else 3\n"
    )
    assert migrated(code, "gpt-4o").inventory.branches == ()
