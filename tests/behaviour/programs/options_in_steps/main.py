"""Writes the weekly newsletter's introduction."""

import os

from openai import OpenAI


def request_for(topic: str, *, lively: bool) -> dict:
    options = {"model": "gpt-4o"}
    options["messages"] = [
        {"role": "system", "content": "You write introductions for the newsletter of a bicycle shop."},
        {"role": "user", "content": f"Write two paragraphs about {topic}."},
    ]
    options["max_tokens"] = 1500
    if lively:
        options["temperature"] = 0.7
        options["presence_penalty"] = 0.4
    options["n"] = 1
    return options


def introduction(topic: str) -> str:
    client = OpenAI(timeout=float(os.environ.get("OPENAI_TIMEOUT", "30")))
    completion = client.chat.completions.create(**request_for(topic, lively=True))
    return completion.choices[0].message.content


def main() -> None:
    print(introduction("gravel bikes in autumn"))
