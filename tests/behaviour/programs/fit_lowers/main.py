"""Extracts keywords from whole books."""

from openai import OpenAI

KEYWORD_MODEL = "gpt-5-mini"
LIMITS = {"context_window": 400_000, "max_input_tokens": 260_000}


def keywords(book: str) -> str:
    text = book[: LIMITS["max_input_tokens"] * 4]
    completion = OpenAI().chat.completions.create(
        model=KEYWORD_MODEL, messages=[{"role": "user", "content": f"Extract keywords:\n{text}"}]
    )
    return completion.choices[0].message.content


def main() -> None:
    print(keywords("one two six ten " * 42_500))
