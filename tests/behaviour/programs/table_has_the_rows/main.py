"""Reads whole procurement files."""

from openai import OpenAI
from windows import WINDOWS

MODEL = "gpt-4o"


def read(text: str) -> str:
    room = WINDOWS[MODEL] - 10_000
    completion = OpenAI().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": text[: room * 4]}]
    )
    return completion.choices[0].message.content


def main() -> None:
    print(read("one two six ten " * 75_000))
    print(len(WINDOWS))
