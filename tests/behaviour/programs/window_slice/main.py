"""Reviews long contracts."""

import tiktoken
from openai import OpenAI

MODEL = "gpt-4o"
MAX_CONTEXT_TOKENS = 128_000
RESERVED = 8_000
ENCODING = tiktoken.get_encoding("o200k_base")


def fit(text: str) -> str:
    """Cut what does not fit into the model's window."""
    tokens = ENCODING.encode(text)
    return ENCODING.decode(tokens[: MAX_CONTEXT_TOKENS - RESERVED])


def review_contract(text: str) -> str:
    completion = OpenAI().chat.completions.create(
        model=MODEL,
        messages=[
            {"role": "system", "content": "You are a lawyer. List every clause that shifts liability."},
            {"role": "user", "content": fit(text)},
        ],
    )
    return completion.choices[0].message.content


def main() -> None:
    print(review_contract("one two six ten " * 50_000))
