"""Finds contradictions in interview transcripts."""

from openai import OpenAI
from windows import window

MODEL = "gpt-4o"


def contradictions(transcript: str) -> str:
    room = window(MODEL) - 1_000
    completion = OpenAI().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": transcript[: room * 4]}]
    )
    return completion.choices[0].message.content


def main() -> None:
    print(contradictions("one two six ten " * 45_000))
