"""Limits that the old window forced: raised or lowered with the model, in their own notation."""

from __future__ import annotations

import pytest
from limit_support import HEAD, MINI, after, migrated, run, sent_words

ASK = """
def analyze(document):
    {body}
    return client.chat.completions.create(model="{model}", messages=[{{"role": "user", "content": document}}])
"""


def program(body: str, head: str = "", model: str = "gpt-4o") -> str:
    return HEAD + head + ASK.format(body=body, model=model)


RAISED = {
    "a constant": (
        "document = enc.decode(enc.encode(document)[:MAX_CONTEXT_TOKENS])",
        "MAX_CONTEXT_TOKENS = {}\n",
        "128_000",
        "1_000_000",
    ),
    "without underscores": (
        "document = enc.decode(enc.encode(document)[:LIMIT])",
        "LIMIT = {}\n",
        "128000",
        "1000000",
    ),
    "the reserve is kept": (
        "document = enc.decode(enc.encode(document)[:LIMIT])",
        "LIMIT = {}\n",
        "120_000",
        "992_000",
    ),
    "three quarters": (
        "document = enc.decode(enc.encode(document)[:LIMIT])",
        "LIMIT = {}\n",
        "96_000",
        "968_000",
    ),
    "a product": (
        "document = enc.decode(enc.encode(document)[:LIMIT])",
        "LIMIT = {}\n",
        "128 * 1000",
        "1000 * 1000",
    ),
    "a power of two": (
        "document = enc.decode(enc.encode(document)[:LIMIT])",
        "LIMIT = {}\n",
        "131072",
        "1000000",
    ),
    "a product with 1024": (
        "document = enc.decode(enc.encode(document)[:LIMIT])",
        "LIMIT = {}\n",
        "128 * 1024",
        "1_000_000",
    ),
    "a share": (
        "document = enc.decode(enc.encode(document)[:LIMIT])",
        "LIMIT = {}\n",
        "int(0.9 * 128000)",
        "int(0.9 * 1000000)",
    ),
    "a slice of tokens": ("document = enc.decode(enc.encode(document)[:{}])", "", "120000", "992000"),
    "tokens under a name": (
        "tokens = enc.encode(document)\n    document = enc.decode(tokens[:{}])",
        "",
        "120000",
        "992000",
    ),
    "a slice of characters": ("document = document[:{}]", "", "500_000", "3_906_000"),
    "four characters a token": ("document = document[: {} * 4]", "", "120_000", "992_000"),
    "an estimate": ("if len(document) // 4 > {}:\n        raise ValueError", "", "120000", "992000"),
    "a comparison": ("if len(enc.encode(document)) > {}:\n        raise ValueError", "", "128000", "1000000"),
    "window minus reserve": (
        "document = enc.decode(enc.encode(document)[: CONTEXT_WINDOW - RESERVED])",
        "RESERVED = 8_000\nCONTEXT_WINDOW = {}\n",
        "128_000",
        "1_000_000",
    ),
    "a head and a tail": (
        "tokens = enc.encode(document)\n    half = LIMIT // 2\n"
        "    document = enc.decode(tokens[:half]) + '…' + enc.decode(tokens[-half:])",
        "LIMIT = {}\n",
        "128_000",
        "1_000_000",
    ),
    "through min": (
        "document = enc.decode(enc.encode(document)[: min({}, 2_000_000)])",
        "",
        "128_000",
        "1_000_000",
    ),
    "a dict entry": (
        "document = enc.decode(enc.encode(document)[: CONFIG['max_context']])",
        "CONFIG = {{'max_context': {}}}\n",
        "128_000",
        "1_000_000",
    ),
    "the environment's default": (
        "document = enc.decode(enc.encode(document)[:LIMIT])",
        "import os\nLIMIT = int(os.getenv('LIMIT', '{}'))\n",
        "120000",
        "992000",
    ),
    "an option's default": (
        "document = enc.decode(enc.encode(document)[: args.max_context])",
        "import argparse\nparser = argparse.ArgumentParser()\n"
        "parser.add_argument('--max-context', type=int, default={})\nargs = parser.parse_args([])\n",
        "128000",
        "1000000",
    ),
}


@pytest.mark.parametrize("name", RAISED)
def test_a_forced_limit_is_raised(name: str) -> None:
    body, head, old, new = RAISED[name]
    before = program(body.format(old) if "{" in body else body, head.format(old) if head else "")
    assert after(before) == before.replace(old, new).replace('"gpt-4o"', '"gpt-5.5"')


def test_what_the_old_limit_cut_is_sent_whole() -> None:
    new = after(program("document = enc.decode(enc.encode(document)[:120_000])"))
    names = run(new)
    names["analyze"]("word " * 400_000)
    assert sent_words() == 400_000
    names["analyze"]("word " * 1_200_000)
    assert sent_words() == 992_000


def test_a_limit_is_lowered_and_does_not_overflow() -> None:
    before = program("document = enc.decode(enc.encode(document)[:380_000])", model="gpt-5-mini")
    new = after(before, map=MINI)
    assert "[:108_000]" in new
    run(new)["analyze"]("word " * 500_000)
    assert sent_words() == 108_000


@pytest.mark.parametrize("wish", ["expand", "fit"])
def test_lowering_needs_no_leave(wish: str) -> None:
    before = program("document = enc.decode(enc.encode(document)[:400_000])", model="gpt-5")
    assert "[:128_000]" in after(before, map=MINI, context=wish)


def test_a_number_above_the_new_window_is_lowered_whatever_its_share_was() -> None:
    before = program("document = enc.decode(enc.encode(document)[:200_000])", model="gpt-5")
    assert "[:112_000]" in after(before, map=MINI)


def test_a_pop_loop_in_another_method() -> None:
    before = (
        HEAD
        + """
def count_tokens(messages):
    return sum(len(enc.encode(message["content"])) for message in messages)


class Agent:
    def __init__(self, model="gpt-4o", max_tokens=128_000):
        self.model = model
        self.max_tokens = max_tokens
        self.messages = []

    def _trim(self):
        while count_tokens(self.messages) > self.max_tokens - 4_000:
            self.messages.pop(1)

    def ask(self, question):
        self.messages.append({"role": "user", "content": question})
        self._trim()
        return client.chat.completions.create(model=self.model, messages=self.messages)
"""
    )
    new = after(before)
    assert 'model="gpt-5.5", max_tokens=1_000_000' in new
    agent = run(new)["Agent"]()
    for _ in range(5):
        agent.ask("word " * 150_000)
    assert sent_words() == 750_000


def test_an_imported_constant_and_a_settings_class() -> None:
    files = {
        "limits.py": "MAX_PROMPT_TOKENS = 120_000\n",
        "settings.py": (
            "from pydantic import BaseModel, Field\n\n\nclass Settings(BaseModel):\n"
            '    model: str = "gpt-4o"\n    context_window: int = Field(default=128000)\n'
            "    port: int = 8000\n    max_upload_bytes: int = 128_000\n\n\nsettings = Settings()\n"
        ),
        "app.py": HEAD
        + (
            "from limits import MAX_PROMPT_TOKENS\nfrom settings import settings\n\n\n"
            "def ask(text):\n    text = enc.decode(enc.encode(text)[:MAX_PROMPT_TOKENS])\n"
            "    if len(enc.encode(text)) > settings.context_window:\n        raise ValueError\n"
            "    return client.responses.create(model=settings.model, input=text)\n"
        ),
    }
    new = migrated(files)[1]
    assert new["limits.py"] == "MAX_PROMPT_TOKENS = 992_000\n"
    assert "Field(default=1000000)" in new["settings.py"]
    assert "max_upload_bytes: int = 128_000" in new["settings.py"]


def test_a_helper_s_parameter_belongs_to_the_call_that_fills_it() -> None:
    before = (
        HEAD
        + """
def truncate(text, limit):
    return enc.decode(enc.encode(text)[:limit])


def analyze(contract):
    contract = truncate(contract, 120_000)
    return client.responses.create(model="gpt-4o", input=contract)


def tag(comment):
    comment = truncate(comment, 3_000)
    return client.responses.create(model="gpt-4o-mini", input=comment)
"""
    )
    new = after(before, map={"gpt-4o": "flagship", "gpt-4o-mini": "mini"})
    assert "truncate(contract, 992_000)" in new
    assert "truncate(comment, 3_000)" in new


def test_the_smallest_window_wins_where_a_limit_serves_several() -> None:
    before = (
        HEAD
        + """
WINDOW = 128_000


def cut(text):
    return enc.decode(enc.encode(text)[:WINDOW])


def analyze(contract):
    return client.responses.create(model="gpt-4o", input=cut(contract))


def reply(question):
    return client.responses.create(model="gpt-5", input=cut(question))
"""
    )
    new = after(before, map={"gpt-4o": "flagship", "gpt-5": "instant"})
    assert "WINDOW = 384_000" in new


def test_a_window_told_to_a_library() -> None:
    before = (
        "from llama_index.llms.openai import OpenAIResponses\n"
        "from llama_index.core.memory import ChatMemoryBuffer\n\n"
        'llm = OpenAIResponses(model="gpt-4o", context_window=128000)\n'
        "memory = ChatMemoryBuffer.from_defaults(token_limit=120000, llm=llm)\n"
        "small = ChatMemoryBuffer.from_defaults(token_limit=3000, llm=llm)\n"
    )
    new = after(before)
    assert "context_window=1000000" in new
    assert "token_limit=992000" in new
    assert "token_limit=3000" in new


def test_trim_messages_bounds_what_is_sent() -> None:
    before = (
        "from langchain_core.messages import trim_messages\nfrom langchain_openai import ChatOpenAI\n\n"
        'llm = ChatOpenAI(model="gpt-4o", max_tokens=16384)\n\n\n'
        "def ask(messages):\n"
        "    kept = trim_messages(messages, max_tokens=120_000, token_counter=llm)\n"
        "    return llm.invoke(kept)\n"
    )
    new = after(before)
    assert "trim_messages(messages, max_tokens=992_000" in new
    assert "max_tokens=16384" in new


def test_what_is_left_for_the_answer_follows_window_and_ceiling() -> None:
    before = (
        HEAD
        + """
def ask(prompt):
    prompt_tokens = len(enc.encode(prompt))
    room = min(128000 - prompt_tokens, 16384)
    return client.responses.create(model="gpt-4o", input=prompt, max_output_tokens=room)
"""
    )
    assert "min(1000000 - prompt_tokens, 128000)" in after(before)


def test_a_document_is_chunked_by_the_new_window() -> None:
    before = (
        HEAD
        + """
CONTEXT_WINDOW = 128_000
RESERVE = 8_000


def read(document):
    tokens = enc.encode(document)
    step = CONTEXT_WINDOW - RESERVE
    for start in range(0, len(tokens), step):
        client.responses.create(model="gpt-4o", input=enc.decode(tokens[start : start + step]))
"""
    )
    new = after(before)
    from limit_support import Client

    run(new)["read"]("word " * 900_000)
    assert len(Client.requests) == 1


def test_the_published_catalogue_stops_where_prices_double() -> None:
    before = program("document = enc.decode(enc.encode(document)[:120_000])")
    assert "[:272_000]" in after(before, catalog="published")
    assert "[:914_000]" in after(before, catalog="published", **{"long-context": True})


def test_a_limit_moves_with_its_id_or_not_at_all() -> None:
    inventory, _ = migrated(program("document = enc.decode(enc.encode(document)[:120_000])"))
    (limit,) = [edit for edit in inventory.edits if edit.rule == "GPT55-L001"]
    (model,) = [edit for edit in inventory.edits if edit.rule == "GPT55-M001"]
    assert limit.group == model.group
    assert limit.rank < model.rank
    assert "$" in limit.why


CONFIGS = """
from dataclasses import dataclass

@dataclass
class Settings:
    model_name: str
    max_input_tokens: int

    def ask(self, text):
        text = enc.decode(enc.encode(text)[: self.max_input_tokens])
        return client.chat.completions.create(model=self.model_name, messages=[{"role": "user", "content": text}])


STRONG = Settings(model_name="gpt-5", max_input_tokens=272_000)
SMALL = Settings(model_name="gpt-5-mini", max_input_tokens=272_000)
OTHER = Settings(model_name="gpt-4.1", max_input_tokens=272_000)


def answers(text):
    return STRONG.ask(text), SMALL.ask(text), OTHER.ask(text)
"""


def test_a_number_beside_a_model_is_that_model_s_though_all_meet_in_one_call() -> None:
    inventory, new = migrated(HEAD + CONFIGS, map={"gpt-5": "flagship", "gpt-5-mini": "mini"})
    assert 'Settings(model_name="gpt-5.5", max_input_tokens=872_000)' in new["app.py"]
    assert 'Settings(model_name="gpt-5.5-mini", max_input_tokens=112_000)' in new["app.py"]
    assert 'Settings(model_name="gpt-4.1", max_input_tokens=272_000)' in new["app.py"]
    assert {limit.line for limit in inventory.limits} == {19, 20}


def test_a_number_beside_two_models_serves_both() -> None:
    program = HEAD + CONFIGS.replace(
        'SMALL = Settings(model_name="gpt-5-mini", max_input_tokens=272_000)',
        'SMALL = Settings(model_name="gpt-5-mini" if cheap else "gpt-5", max_input_tokens=272_000)',
    )
    new = migrated(program, map={"gpt-5": "flagship", "gpt-5-mini": "mini"})[1]
    assert '"gpt-5.5-mini" if cheap else "gpt-5.5", max_input_tokens=112_000)' in new["app.py"]


TWO_VENDORS = """
import os


def answer(document):
    if os.environ.get("OPENAI_API_KEY"):
        args = {"model": "gpt-5", "max_completion_tokens": 128_000}
        return client.chat.completions.create(messages=document, **args)
    from strange_vendor import Chat
    args = {"model_name": "strange-1", "max_tokens": 1_000_000}
    return Chat(**args).ask(document)
"""


def test_a_cap_that_goes_to_another_vendor_s_call_is_none_of_this_model() -> None:
    new = after(HEAD + TWO_VENDORS, map=MINI)
    assert '"model": "gpt-5.5-mini"' in new
    assert '"max_tokens": 1_000_000' in new
    alone = TWO_VENDORS.replace('"model_name": "strange-1", ', "").replace(
        "Chat(**args).ask(document)", "args"
    )
    assert '"max_tokens": 1_000_000' not in after(HEAD + alone, map=MINI)


COUNTED = """
def size(text, name="plain"):
    if name == "plain":
        return size(text, "long")
    if name == "short":
        return size(text, "long")
    if name == "half":
        return size(text, "short")
    total = 3
    total += len(enc.encode(text))
    return total


"""


def test_what_a_function_counts_that_calls_itself():
    text = after(
        program(
            "document = document[:9] if size(document) > LIMIT else document", "LIMIT = 128_000\n" + COUNTED
        )
    )
    assert "LIMIT = 1_000_000" in text
