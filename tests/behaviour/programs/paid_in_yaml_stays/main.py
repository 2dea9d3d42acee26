"""Chats, and reports what was spent."""

from pathlib import Path

import yaml
from openai import OpenAI

SPENT = yaml.safe_load((Path(__file__).parent / "spent.yaml").read_text())


def chat(text: str) -> str:
    completion = OpenAI().chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": text}]
    )
    return completion.choices[0].message.content


def main() -> None:
    print(chat("hello"))
    for name, usd in SPENT["2026-09"].items():
        print(name, usd)
