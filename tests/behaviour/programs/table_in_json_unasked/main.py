"""Reads tenders; the figures of the models are data."""

import json
from pathlib import Path

from openai import OpenAI

FIGURES = json.loads(Path(__file__).with_name("models.json").read_text())
TENDER_MODEL = "gpt-4o"


def read(tender: str) -> str:
    figures = FIGURES[TENDER_MODEL]
    room = figures["context_window"] - figures["max_output_tokens"]
    completion = OpenAI().chat.completions.create(
        model=TENDER_MODEL, messages=[{"role": "user", "content": tender[: room * 4]}]
    )
    return completion.choices[0].message.content


def main() -> None:
    print(read("one two six ten " * 3_750))
