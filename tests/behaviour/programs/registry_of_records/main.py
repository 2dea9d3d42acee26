"""Customer chat with the model from the price list."""

import os

from openai import OpenAI
from records import find

MODEL = os.environ.get("DESK_MODEL", "gpt-4o")


def chat(text: str) -> str:
    info = find(MODEL)
    completion = OpenAI().chat.completions.create(
        model=info.name,
        messages=[{"role": "user", "content": text[: info.context_window]}],
        max_tokens=min(2000, info.max_output_tokens),
    )
    return completion.choices[0].message.content


def main() -> None:
    print(chat("I would like to change my order."))
