"""Summarises minutes piece by piece."""

from openai import OpenAI
from text_tools import pieces

SUMMARY_MODEL = "gpt-4o-mini"
MINUTES = "one two six ten " * 350


def summarise(client: OpenAI, piece: str) -> str:
    completion = client.chat.completions.create(
        model=SUMMARY_MODEL, messages=[{"role": "user", "content": f"Summarise briefly:\n{piece}"}]
    )
    return completion.choices[0].message.content


def main() -> None:
    parts = pieces(MINUTES, SUMMARY_MODEL)
    print(len(parts), "pieces")
    client = OpenAI()
    for part in parts:
        print(summarise(client, part))
