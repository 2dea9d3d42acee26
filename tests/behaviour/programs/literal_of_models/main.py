"""Chat with a checked configuration."""

import json
from pathlib import Path

from config import ChatConfig
from openai import OpenAI


def chat(text: str, config: ChatConfig) -> str:
    checked = ChatConfig.model_validate(config.model_dump())
    completion = OpenAI().chat.completions.create(
        model=checked.model, messages=[{"role": "user", "content": text}], max_tokens=checked.limit
    )
    return completion.choices[0].message.content


def main() -> None:
    print(chat("Where do I park?", ChatConfig()))
    stored = json.loads(Path(__file__).with_name("stored.json").read_text())
    if ChatConfig(**stored).limit == 20:
        print("old configuration still loads")
