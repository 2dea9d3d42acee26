"""Answers questions about a long file."""

from openai import OpenAI
from sizes import MODEL, WINDOWS


def answer(text: str) -> str:
    completion = OpenAI().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": text[: WINDOWS[MODEL] * 4]}]
    )
    return completion.choices[0].message.content


def main() -> None:
    print(answer("one " * 200_000))
