"""Asks a question, and counts the answers in the archive by model."""

import json
from collections import Counter
from pathlib import Path

from openai import OpenAI

ANSWERS = json.loads(Path(__file__).with_name("answers.json").read_text())


def ask(question: str) -> str:
    completion = OpenAI().chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": question}]
    )
    return completion.choices[0].message.content


def main() -> None:
    print(ask("hello"))
    for name, count in Counter(answer["model"] for answer in ANSWERS).items():
        print(f"{name}: {count}")
