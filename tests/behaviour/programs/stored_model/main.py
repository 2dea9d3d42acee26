"""Chat with whatever model the user's settings name."""

import json
from pathlib import Path

from openai import OpenAI


def settings() -> dict:
    return json.loads(Path(__file__).with_name("settings.json").read_text())


def chat(text: str) -> str:
    chosen = settings()
    completion = OpenAI().chat.completions.create(
        model=chosen["model"], messages=[{"role": "user", "content": text}], max_tokens=chosen["limit"]
    )
    return completion.choices[0].message.content


def main() -> None:
    print(chat("hello"))
