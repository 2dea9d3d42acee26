"""Sums up protocols, as far as they fit."""

from limits import OUTPUT, room
from openai import OpenAI

SUMMARY_MODEL = "gpt-4o-mini"


def summarise(protocol: str) -> str:
    text = protocol[: 4 * room(SUMMARY_MODEL, 500)]
    completion = OpenAI().chat.completions.create(
        model=SUMMARY_MODEL,
        messages=[{"role": "user", "content": f"Summarise: {text}"}],
        max_tokens=min(500, OUTPUT[SUMMARY_MODEL]),
    )
    return completion.choices[0].message.content


def main() -> None:
    print(summarise("one two six ten " * 250))
