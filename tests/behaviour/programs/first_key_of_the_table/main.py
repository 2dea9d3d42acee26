"""Summarises a report with the default model."""

from openai import OpenAI

WINDOWS = {"gpt-4o": 128_000, "gpt-4-turbo": 128_000}


def summarise(text: str) -> str:
    model = next(iter(WINDOWS))
    text = text[: WINDOWS[model] * 4]
    completion = OpenAI().chat.completions.create(model=model, messages=[{"role": "user", "content": text}])
    return completion.choices[0].message.content


def main() -> None:
    print(summarise("one " * 200_000))
