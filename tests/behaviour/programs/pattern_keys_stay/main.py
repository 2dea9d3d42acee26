"""Chat through a pool."""

from openai import OpenAI
from pools import pool


def chat(text: str, model: str = "gpt-4o") -> str:
    print(pool(model))
    completion = OpenAI().chat.completions.create(
        model=model, messages=[{"role": "user", "content": text}], temperature=0
    )
    return completion.choices[0].message.content


def main() -> None:
    print(chat("hello"))
