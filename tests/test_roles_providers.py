"""Ids that a program keeps by its names for providers: whose address it has for each, wherever it stands."""

from __future__ import annotations

import pytest

from migrator.pipeline import migrate
from migrator.settings import Settings
from tests.decided import MAP, migrated

LISTS = 'MODELS = {"openai": ["gpt-4o", "gpt-4.1"], "boundless": ["gpt-4o", "gpt-4.1"]}\n'
DEFAULTS = 'MODELS = {"openai": "gpt-4o", "boundless": "gpt-4o"}\n'
ARMS = """
import os

from langchain_openai import ChatOpenAI


def make(provider, model):
    if provider == "openai":
        if not os.getenv("OPENAI_ENDPOINT"):
            base_url = "https://api.openai.com/v1"
        else:
            base_url = os.getenv("OPENAI_ENDPOINT")
        return ChatOpenAI(model=model, base_url=base_url)
    elif provider == "boundless":
        return ChatOpenAI(model=model, base_url=os.getenv("BOUNDLESS_ENDPOINT", "{url}"))
    raise ValueError(provider)
"""
CASES = """
from langchain_openai import ChatOpenAI


def make(provider, model):
    match provider:
        case "boundless":
            return ChatOpenAI(model=model, base_url="{url}")
        case _:
            return ChatOpenAI(model=model)
"""
TABLE = """
from openai import OpenAI

URLS = {{"openai": "https://api.openai.com/v1", "boundless": "{url}"}}


def make(provider):
    return OpenAI(base_url=URLS[provider])
"""
ROWS = """
import os

from openai import OpenAI

PROVIDERS = {{
    "openai": {{"base_url": "https://api.openai.com/v1", "key": "OPENAI_API_KEY"}},
    "boundless": {{"base_url": os.getenv("BOUNDLESS_URL", "{url}"), "key": "BOUNDLESS_API_KEY"}},
}}


def make(provider):
    return OpenAI(base_url=PROVIDERS[provider]["base_url"])
"""
WAYS = {"arms": ARMS, "cases": CASES, "a table": TABLE, "rows": ROWS}
THEIRS, OURS = "https://api.boundless.dev/v1", "https://api.openai.com/v1"


def moved(models: str, way: str, url: str) -> str:
    files = {
        "names.py": models.encode(),
        "app.py": ("from names import MODELS\n" + way.format(url=url)).encode(),
        "now.py": b"from openai import OpenAI\n\nOpenAI().responses.create(model='gpt-4o', input='Hi')\n",
    }
    return migrate(files, Settings(map=MAP, unproven=True))[1]["names.py"].decode()


@pytest.mark.parametrize("models", [LISTS, DEFAULTS], ids=["lists", "defaults"])
@pytest.mark.parametrize("way", WAYS)
def test_the_ids_of_a_provider_that_is_another_vendor_stay(models: str, way: str) -> None:
    before = models.partition('"boundless"')[2]
    assert moved(models, WAYS[way], THEIRS).partition('"boundless"')[2] == before


@pytest.mark.parametrize("way", WAYS)
def test_the_ids_of_a_provider_that_is_this_vendor_gain_the_new_one(way: str) -> None:
    assert moved(LISTS, WAYS[way], OURS).count("gpt-5.5-instant") == 2


@pytest.mark.parametrize("way", WAYS)
def test_the_others_beside_them_gain_it(way: str) -> None:
    assert moved(LISTS, WAYS[way], THEIRS).count("gpt-5.5-instant") == 1


def test_a_table_of_pages_says_nothing() -> None:
    pages = 'PAGES = {{"boundless": "{url}", "openai": "https://platform.openai.com/account/api-keys", '
    pages += '"openrouter": "https://openrouter.ai/settings/keys"}}\n'
    assert moved(LISTS, pages, THEIRS).count("gpt-5.5-instant") == 2


def test_a_table_that_is_named_for_addresses_needs_none_of_this_vendors() -> None:
    named = 'BASE_URLS = {{"boundless": "{url}", "openai": None}}\n'
    assert moved(LISTS, named, THEIRS).count("gpt-5.5-instant") == 1


def test_a_table_of_addresses_with_one_key_in_common_says_nothing() -> None:
    other = 'LINKS = {{"boundless": "{url}", "terms": "https://acme.dev/terms"}}\n'
    assert moved(LISTS, other, THEIRS).count("gpt-5.5-instant") == 2


SHOWN = """
from langchain_core.messages import HumanMessage
from langchain_openai import ChatOpenAI

MODELS = ["gpt-4o", "gpt-4o-mini", "gpt-4.1", "o3", "o4-mini"]


def offered():
    return list(MODELS)


def step(model, data: str):
    content = [{"type": "text", "text": "What next?"}]
    content.append(PART)
    return ChatOpenAI(model=model).invoke([HumanMessage(content=content)])
"""
PICTURE = '{"type": "image_url", "image_url": {"url": data}}'


def test_what_reads_no_pictures_is_not_offered_where_messages_show_some() -> None:
    done = migrated(SHOWN.replace("PART", PICTURE), "gpt-4o", "gpt-4o-mini")
    assert '"gpt-5.5-instant"' in done.after
    assert "gpt-5.5-mini" not in done.after.partition("def offered")[0]
    assert any("no table offers it" in one.message for one in done.findings("GPT55-P901"))


def test_it_is_offered_where_they_show_none() -> None:
    shown = SHOWN.replace("PART", '{"type": "text", "text": data}')
    assert '"gpt-5.5-mini"' in migrated(shown, "gpt-4o-mini").after.partition("def offered")[0]


def test_an_id_that_reads_no_pictures_waits_where_a_message_shows_one() -> None:
    code = (
        SHOWN.replace("PART", PICTURE)
        + '\n\ndef go(data, model="gpt-4o-mini"):\n    return step(model, data)\n'
    )
    assert 'model="gpt-4o-mini"' in migrated(code).after


USUAL = """
import click

from far.client import make_client

USUAL = {"openai": "gpt-4o-mini", "KEY": "gpt-4o-mini"}


@click.command()
@click.option("--vendor", type=click.Choice(["openai", "KEY"]))
@click.option("--model", default=None)
def main(vendor, model):
    client = make_client(vendor)
    name = model or USUAL.get(vendor, "")
    print(client.chat.completions.create(model=name, messages=[{"role": "user", "content": "ten rows"}]))
"""


@pytest.mark.parametrize("key", ["azure_openai", "azureopenai", "azure"])
def test_the_default_of_azure_is_a_deployment(key: str) -> None:
    after = migrate({"app.py": USUAL.replace("KEY", key).encode()}, Settings(map=MAP))[1]["app.py"].decode()
    assert f'"openai": "gpt-5.5-mini", "{key}": "gpt-4o-mini"' in after
