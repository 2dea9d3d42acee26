"""Compares tenders with the terms of reference."""

from openai import OpenAI
from registry import spec

DEFAULT_MODEL = "gpt-4o"


def compare(text: str, model: str = DEFAULT_MODEL) -> str:
    row = spec(model)
    room = row["context_window"] - row["max_output"]
    completion = OpenAI().chat.completions.create(
        model=model,
        messages=[{"role": "user", "content": text[: room * 4]}],
        max_tokens=row["max_output"] // 4,
    )
    return completion.choices[0].message.content


def main() -> None:
    print(compare("one two six ten " * 50_000))
