"""Reads whole court files."""

import limits
from openai import OpenAI


def shortened(text: str) -> str:
    most = limits.MAX_INPUT_TOKENS * limits.CHARACTERS_PER_TOKEN
    return text if len(text) <= most else text[:most]


def read_file(text: str) -> str:
    completion = OpenAI().chat.completions.create(
        model=limits.MODEL,
        messages=[{"role": "user", "content": "Who claims what in this court file?\n" + shortened(text)}],
    )
    return completion.choices[0].message.content


def main() -> None:
    print(read_file("one two six ten " * 50_000))
