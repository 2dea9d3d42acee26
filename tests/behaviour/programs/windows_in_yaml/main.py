"""Reads contracts, as many words as the model takes."""

import os

import yaml
from openai import OpenAI

HERE = os.path.dirname(os.path.abspath(__file__))
SMALLEST = 8_000
READER = "gpt-4o"


def figures() -> dict:
    with open(os.path.join(HERE, "models.yaml"), encoding="utf-8") as file:
        return yaml.safe_load(file)


def window(model: str) -> int:
    known = figures()["windows"]
    return known.get(model, SMALLEST)


def read(contract: str) -> str:
    completion = OpenAI().chat.completions.create(
        model=READER, messages=[{"role": "user", "content": contract[: window(READER) * 4]}]
    )
    return completion.choices[0].message.content


def main() -> None:
    print(read("one two six ten " * 37_500))
