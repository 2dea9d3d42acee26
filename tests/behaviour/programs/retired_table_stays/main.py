"""Warns users whose settings name a model that is gone."""

from openai import OpenAI

DEPRECATED_MODELS = {
    "gpt-4o-2024-05-13": "2026-10-23",
    "gpt-5-chat-latest": "2026-07-23",
}
SUCCESSOR = "gpt-4.1"


def usable(model: str) -> str:
    if model in DEPRECATED_MODELS:
        print(f"{model} was shut down on {DEPRECATED_MODELS[model]}")
        return SUCCESSOR
    return model


def chat(text: str, setting: str) -> str:
    completion = OpenAI().chat.completions.create(
        model=usable(setting), messages=[{"role": "user", "content": text}]
    )
    return completion.choices[0].message.content


def main() -> None:
    print(chat("hello", "-".join(("gpt", "4o", "2024", "05", "13"))))
