"""Reads as much as the model and the customer's plan allow."""

from openai import OpenAI

MODEL = "gpt-4o"


def room(model: str, *, long: bool) -> int:
    match model:
        case "gpt-4o" if long:
            return 128_000
        case "gpt-4o":
            return 32_000
        case _:
            return 4_096


def ask(model: str, text: str) -> str:
    completion = OpenAI().chat.completions.create(
        model=model, messages=[{"role": "user", "content": text}], max_tokens=50
    )
    return completion.choices[0].message.content


def main() -> None:
    print(room(MODEL, long=True))
    print(ask(MODEL, "hello"))
