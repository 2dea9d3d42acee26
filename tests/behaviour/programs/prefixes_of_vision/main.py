"""Describes a picture, where the model sees."""

from openai import OpenAI
from sight import supports_vision

MODEL = "gpt-4o"


def describe(model: str, address: str) -> str:
    if not supports_vision(model):
        raise ValueError(f"text only: {model}")
    parts = [
        {"type": "text", "text": "What is in the picture?"},
        {"type": "image_url", "image_url": {"url": address}},
    ]
    completion = OpenAI().chat.completions.create(
        model=model, messages=[{"role": "user", "content": parts}], max_tokens=50
    )
    return completion.choices[0].message.content


def main() -> None:
    print(describe(MODEL, "https://example.org/cat.png"))
    print(supports_vision("gpt-4-turbo"))
