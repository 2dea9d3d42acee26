"""Secrets are masked in every report; names, ids and prose are not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrator.inventory import CatalogNote, Finding, Inventory, Reference
from migrator.report import redact

ALNUM = "aB3dE5gH7jK9mN1pQ2sT4vW6xY8zA0cD"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("sk-abcdefghijklmnop1234", "sk-***"),
        ("key is sk-proj-Ab12_cd34-ef56gh78 here", "key is sk-*** here"),
        ("ghp_" + "a1" * 18, "ghp_***"),
        ("AKIA" + "ABCDEFGH12345678", "AKIA***"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0abc.sflKxw", "eyJh***"),
        ("0123456789abcdef" * 2, "012***"),
        (ALNUM, "aB3***"),
        ('OpenAI(api_key="hunter2hunter2")', 'OpenAI(api_key="***")'),
        ("{'password': 'hunter22'}", "{'password': '***'}"),
        ('AWS_SECRET_ACCESS_KEY = "wJalrXUtn/K7MDENG"', 'AWS_SECRET_ACCESS_KEY = "***"'),
        ("Authorization: Bearer abcdefghij.klmnopqr", "Authorization: Bearer ***"),
        ("https://me:hunter2@host/v1", "https://***@host/v1"),
    ],
)
def test_masked(text, masked):
    assert redact.mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "gpt-4o-mini-2024-07-18",
        "ft:gpt-4o-mini-2024-07-18:my-org::AbC12345",
        "openrouter/openai/gpt-4o-audio-preview-2024-12-17",
        "max_completion_tokens=200",
        'api_key_name="OPENAI_API_KEY"',
        "https://api.openai.com/v1",
        "TheQuickBrownFoxJumpsOverTheLazyDogTwice",
        "a_long_snake_case_name_that_goes_on_and_on_v2_2024_05",
        "----------------------------------------",
        "sk-short",
        'tokenizer = "o200k_base"',
    ],
)
def test_kept(text):
    assert redact.mask(text) == text


PIECES = [
    "OPENAI_API_KEY", "api-key", "Secret", "passwd", "credentials", "access_token", "TOKEN", "x", "tOkEn_2",
    " = ", ": ", "'", '"', "\\'", "hunter2hunter2", ALNUM, "a1/" * 14, "AbC1234567890dEfGh", "sk-abcdefghijkl1",
    "?", "&sig=", "token = '", "1234567890dEfGhIjK'", "key=", "Basic ", "bEARER ", "https://", "me:", "@host", "/", " ", "\n",
    "sk-abcdefghijkl", "xoxb-abcdefghij", "eyJabcdefghij.", "0123456789abcdef", "+", ".", "=", "-", "_", "*", "(",
]  # fmt: skip


@settings(deadline=None, max_examples=500)
@given(st.lists(st.sampled_from(PIECES), min_size=2, max_size=12).map("".join))
def test_a_secret_is_found_whatever_stands_before_it(text):
    """Texts in ASCII alone are matched with fewer patterns, and only where a run of characters may be one."""
    assert redact.mask("no é\n" + text)[5:] == redact.mask("no e\n" + text)[5:]


def sample(**fields):
    reference = Reference(
        id="R1", path="a.py", line=1, column=1, model="gpt-4o", role="prose", action="leave", context="src",
        selected=False, fingerprint="0123456789abcdef" * 4, **{"text": "x", **fields},
    )  # fmt: skip
    return Inventory(root=".", catalog=CatalogNote(name="g", title="G", targets={}), references=(reference,))


def test_every_field_but_names_is_masked():
    before = sample(text="sk-abcdefghijklmnop1234", trail=("api_key='hunter2hunter2'",))
    after = redact.inventory(before).references[0]
    assert after.text == "sk-***"
    assert after.trail == ("api_key='***'",)
    assert after.fingerprint == "0123456789abcdef" * 4


def test_nothing_to_mask_is_the_same_object():
    before = sample()
    assert redact.inventory(before) is before


def test_lone_surrogates_become_escapes():
    finding = Finding(rule="r", path="caf\udce9.py", line=1, message="a \ud800")
    clean = redact.inventory(Inventory(root=".", catalog=sample().catalog, findings=(finding,))).findings[0]
    assert clean.path == "caf\\udce9.py"
    assert clean.message == "a \\ud800"
    assert redact.printable("né") == "né"
