"""Sums up minutes of meetings."""

import json

from openai import OpenAI

with open("models.json") as file:
    MODELS = json.load(file)
SECRETARY = "gpt-4o"


def record(name: str) -> dict:
    for model in MODELS:
        if model["id"] == name:
            return model
    raise LookupError(name)


def minutes(text: str) -> str:
    longest = record(SECRETARY)["context_window"] * 4
    completion = OpenAI().chat.completions.create(
        model=SECRETARY, messages=[{"role": "user", "content": text[:longest]}]
    )
    return completion.choices[0].message.content


def main() -> None:
    print(minutes("one two six ten " * 37_500))
