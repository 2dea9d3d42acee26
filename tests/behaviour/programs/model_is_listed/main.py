"""A chat service with a health check."""

import os

from openai import OpenAI

CHAT_MODEL = os.environ.get("CHAT_MODEL", "gpt-4o")
client = OpenAI()


def health() -> str:
    listed = {model.id for model in client.models.list()}
    if CHAT_MODEL not in listed:
        raise SystemExit(f"{CHAT_MODEL} is not served")
    return "ready"


def chat(text: str) -> str:
    completion = client.chat.completions.create(
        model=CHAT_MODEL, messages=[{"role": "user", "content": text}], max_tokens=222
    )
    return completion.choices[0].message.content


def main() -> None:
    print(health())
    print(chat("hello"))
