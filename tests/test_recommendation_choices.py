"""What the user decided outranks what the code shows, and the ledger keeps both."""

from __future__ import annotations

from pathlib import Path

import pytest

from migrator.decide.catalogue import Catalogue
from migrator.decide.recommend.clues import Evidence
from migrator.decide.recommend.uses import Recommender, confidence
from migrator.pipeline import migrate
from migrator.rulebook.rulefiles import load_rulebook
from migrator.settings import Settings

CHAT = """from openai import OpenAI

client = OpenAI()


def moderate_comment(comment):
    return client.chat.completions.create(
        model="gpt-4o",{comment}
        messages=[{{"role": "system", "content": "Content moderation: is it toxic? Answer yes or no."}}],
    )
"""


def reference(code, **settings):
    inventory, files = migrate({"app.py": code.encode()}, Settings(**settings))
    return inventory.references[0], files["app.py"].decode(), inventory


def test_without_a_choice_the_code_decides():
    found, text, _ = reference(CHAT.format(comment=""))
    assert found.variant == "gpt-5.5-mini"
    assert '"gpt-5.5-mini"' in text


@pytest.mark.parametrize("name", ["flagship", "gpt-5.5"])
def test_a_comment_pins_the_line(name):
    found, text, _ = reference(CHAT.format(comment=f"  # gpt55: pin={name} -- appeals depend on it"))
    assert found.variant == "gpt-5.5"
    assert found.replacement == "gpt-5.5"
    assert found.recommendation.runner_up == "gpt-5.5-mini"
    assert found.recommendation.reasons[0].rule == "pin"
    assert "appeals depend on it" in found.recommendation.reasons[0].text
    assert 'model="gpt-5.5",' in text


def test_a_comment_above_the_call_pins_it():
    code = CHAT.format(comment="").replace("    return client", "    # gpt55: pin=instant\n    return client")
    assert reference(code)[0].variant == "gpt-5.5-instant"


def test_a_comment_at_the_only_call_pins_the_constant():
    code = "from openai import OpenAI\nMODEL = 'gpt-4o'\n\n\ndef f(m):\n"
    code += "    return OpenAI().responses.create(model=MODEL, input=m)  # gpt55: pin=mini\n"
    assert reference(code)[0].variant == "gpt-5.5-mini"


@pytest.mark.parametrize(
    "code",
    [
        CHAT.format(comment="").replace("Content moderation", "# gpt55: pin=flagship moderation"),
        CHAT.format(comment="") + "\n# gpt55: pin=flagship\nOTHER = 1\n",
        CHAT.format(comment="  # pin=flagship"),
    ],
)
def test_what_is_no_pin_of_this_call(code):
    assert reference(code)[0].variant == "gpt-5.5-mini"


def test_a_comment_that_names_no_target_is_reported():
    found, _, inventory = reference(CHAT.format(comment="  # gpt55: pin=turbo"))
    assert found.variant == "gpt-5.5-mini"
    assert [(one.rule, one.line) for one in inventory.findings if one.rule == "GPT55-S002"] == [
        ("GPT55-S002", 8)
    ]


@pytest.mark.parametrize("key", ["app.py:8", "app.py::moderate_comment"])
def test_settings_pin_a_place(key):
    assert reference(CHAT.format(comment=""), pins={key: "flagship"})[0].variant == "gpt-5.5"


def test_settings_map_an_id():
    found, text, _ = reference(CHAT.format(comment=""), map={"gpt-4o": "instant"})
    assert found.variant == "gpt-5.5-instant"
    assert found.recommendation.reasons[0].rule == "map"
    assert '"gpt-5.5-instant"' in text


def test_a_pin_outranks_the_map():
    code = CHAT.format(comment="  # gpt55: pin=flagship")
    assert reference(code, map={"gpt-4o": "instant"})[0].variant == "gpt-5.5"


def test_a_rule_can_be_turned_off_and_reweighted():
    base = reference(CHAT.format(comment=""))[0].recommendation
    rules = {reason.rule for reason in base.reasons if reason.favours == "mini"}
    off = reference(CHAT.format(comment=""), weights=dict.fromkeys(rules, 0.0))[0].recommendation
    assert off.variant == "gpt-5.5-instant"
    assert not rules & {reason.rule for reason in off.reasons}
    more = reference(CHAT.format(comment=""), weights={"prior.gpt-4o": 20.0})[0].recommendation
    assert more.variant == "gpt-5.5-instant"


BANDS = load_rulebook().usecases.band


def test_bands_cover_every_confidence_and_grow():
    assert [band.id for band in BANDS] == ["low", "medium", "high"]
    assert BANDS[0].least == 0
    assert [band.least for band in BANDS] == sorted({band.least for band in BANDS})
    shares = [band.best / band.calls for band in BANDS]
    assert shares == sorted(shares)
    assert all(band.best <= band.acceptable <= band.calls for band in BANDS)


@pytest.mark.parametrize(
    ("first", "second", "known", "expected"),
    [(1.0, 1.0, True, 0.5), (2.0, 1.0, True, 0.82), (2.0, 1.0, False, 0.7), (9.0, 1.0, True, 0.97)],
    ids=["a tie", "one apart", "no use known", "far apart"],
)
def test_confidence_is_the_distance_to_the_runner_up(first, second, known, expected):
    scores = {"mini": first, "instant": second, "flagship": -5.0}
    assert confidence(["mini", "instant", "flagship"], scores, known=known) == expected
    assert confidence(["instant", "mini", "flagship"], scores, known=known) == 0.5


def test_each_recommendation_names_its_band():
    found, _, _ = reference(CHAT.format(comment=""))
    advice = found.recommendation
    assert advice.band == [band.id for band in BANDS if band.least <= advice.confidence][-1]
    assert reference(CHAT.format(comment="  # gpt55: pin=mini"))[0].recommendation.band == ""


def test_the_document_tells_what_the_bands_mean():
    text = (Path(__file__).parent.parent / "docs" / "explanation" / "recommendation.md").read_text()
    for band in BANDS:
        row = f"| {band.id} | {band.least:.2f} | {band.calls} | {band.acceptable} | {band.best} |"
        assert row in text


def test_a_choice_against_the_best_score_is_explained_and_not_sure():
    rulebook = load_rulebook()
    recommender = Recommender(rulebook.usecases, Catalogue(rulebook.catalog), {})
    advice = recommender.recommend(["gpt-4o-mini"], [Evidence("name", "code_review", 1.4)])
    assert advice.variant == "gpt-5.5"
    assert advice.scores["gpt-5.5-instant"] > advice.scores["gpt-5.5"]
    told = [reason for reason in advice.reasons if reason.rule == "no-compromise"]
    assert "scores best, but as a compromise" in told[0].text
    assert (advice.confidence, advice.band) == (0.5, "low")


BOTH = """
from openai import OpenAI

def read(text, kinds, client=OpenAI()):
    asked = [{"role": "system", "content": f"List the mentions of {kinds}."}, {"role": "user", "content": text}]
    found = client.chat.completions.create(model="gpt-4o", messages=asked)
    ask = "Extract the attributes of these named entities: " + found.choices[0].message.content
    asked = [{"role": "system", "content": ask}, {"role": "user", "content": text}]
    return client.chat.completions.create(model="OTHER", messages=asked)
"""


def written(code):
    files = {"app.py": code.encode()}
    return migrate(files, Settings(unproven=True))[1]["app.py"].decode()


def test_calls_of_one_function_that_name_one_model_go_on_naming_one():
    after = written(BOTH.replace("OTHER", "gpt-4o"))
    assert after.count("gpt-5.5") == after.count("gpt-5.5-instant") == 2


def test_calls_that_name_two_models_are_two_decisions():
    assert written(BOTH.replace("OTHER", "gpt-4o-mini")).count("gpt-5.5-mini") == 1
