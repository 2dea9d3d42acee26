"""Reads a receipt from a picture."""

from openai import OpenAI

SEEING = ["gpt-4o", "gpt-4.1"]
MODEL = "gpt-4o"


def has_vision(model: str) -> bool:
    for prefix in SEEING:  # noqa: SIM110
        if model.startswith(prefix):
            return True
    return False


def read(model: str, address: str) -> str:
    if not has_vision(model):
        raise ValueError(f"{model} reads no pictures")
    picture = {"type": "image_url", "image_url": {"url": address}}
    completion = OpenAI().chat.completions.create(
        model=model, messages=[{"role": "user", "content": [picture]}], max_tokens=50
    )
    return completion.choices[0].message.content


def main() -> None:
    print(read(MODEL, "https://example.org/receipt.png"))
