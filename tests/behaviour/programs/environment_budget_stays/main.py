"""Reads as much of a study as operations pay for."""

import os

from openai import OpenAI

READING_BUDGET = int(os.environ.get("READING_BUDGET_TOKENS", "32000"))


def read(study: str) -> str:
    text = study[: READING_BUDGET * 4]
    completion = OpenAI().chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": text}], temperature=0
    )
    return completion.choices[0].message.content


def main() -> None:
    print(read("one two six ten " * 20_000))
