"""Writes titles with the model of settings.toml."""

from dataclasses import dataclass
from pathlib import Path

import tomli
from openai import OpenAI


@dataclass
class Settings:
    model: str
    longest: int


with open(Path(__file__).parent / "settings.toml", "rb") as stream:
    SETTINGS = Settings(**tomli.load(stream))


def title(text: str) -> str:
    completion = OpenAI().chat.completions.create(
        model=SETTINGS.model, messages=[{"role": "user", "content": text}], max_tokens=SETTINGS.longest
    )
    return completion.choices[0].message.content


def main() -> None:
    print(title("A long text."))
