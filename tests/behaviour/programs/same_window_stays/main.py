"""Detects the language of long recordings' transcripts."""

from openai import OpenAI

WINDOW = 128_000
MODEL = "gpt-4o-mini"


def language(transcript: str) -> str:
    completion = OpenAI().chat.completions.create(
        model=MODEL,
        messages=[
            {"role": "user", "content": "Which language is this?\n" + transcript[: (WINDOW - 1_000) * 4]}
        ],
    )
    return completion.choices[0].message.content


def main() -> None:
    print(language("one two six ten " * 35_000))
