"""Extracts keywords and counts what they cost."""

from encodings_of import encoding
from openai import OpenAI

MODEL = "gpt-4o-mini-2024-07-18"


def keywords(text: str) -> str:
    print(len(encoding(MODEL).encode(text)), "tokens")
    completion = OpenAI().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": f"Extract keywords: {text}"}]
    )
    return completion.choices[0].message.content


def main() -> None:
    print(keywords("one two six ten"))
