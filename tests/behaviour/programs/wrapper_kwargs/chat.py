"""One function for every prompt."""

from typing import Any

from openai import OpenAI

CHAT_MODEL = "gpt-4o-mini"


def ask(prompt: str, system: str = "", **kwargs: Any) -> str:
    client = OpenAI()
    messages = [{"role": "user", "content": prompt}]
    if system:
        messages.insert(0, {"role": "system", "content": system})
    completion = client.chat.completions.create(model=CHAT_MODEL, messages=messages, **kwargs)
    return completion.choices[0].message.content
