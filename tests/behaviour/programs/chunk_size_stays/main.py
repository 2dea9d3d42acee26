"""Prepares a handbook for search: chunks with a caption each."""

import tiktoken
from openai import OpenAI

CHUNK_TOKENS = 1_000
OVERLAP = 100
CAPTION_MODEL = "gpt-4o-mini"
ENCODING = tiktoken.get_encoding("o200k_base")


def chunks(text: str) -> list[str]:
    tokens = ENCODING.encode(text)
    starts = range(0, len(tokens), CHUNK_TOKENS - OVERLAP)
    return [ENCODING.decode(tokens[at : at + CHUNK_TOKENS]) for at in starts]


def caption(chunk: str) -> str:
    completion = OpenAI().chat.completions.create(
        model=CAPTION_MODEL,
        messages=[{"role": "user", "content": f"A short title for this text:\n{chunk}"}],
        max_tokens=60,
    )
    return completion.choices[0].message.content


def main() -> None:
    found = chunks("one two six ten " * 600)
    print(len(found), "chunks")
    for chunk in found:
        print(caption(chunk))
