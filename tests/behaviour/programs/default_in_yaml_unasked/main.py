"""Greets as configured."""

from pathlib import Path

import yaml
from openai import OpenAI

CONFIG = yaml.safe_load(Path(__file__).with_name("config.yaml").read_text())


def greet() -> str:
    completion = OpenAI().chat.completions.create(
        model=CONFIG["llm"]["model"],
        messages=[{"role": "user", "content": CONFIG["greeting"]}],
        **CONFIG["llm"]["options"],
    )
    return completion.choices[0].message.content


def main() -> None:
    print(greet())
