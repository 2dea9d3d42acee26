"""Two things that depend on the model."""

from openai import OpenAI

PREFIXES = ("gpt-4o", "gpt-4.1")
MODEL = "gpt-4o"


def supports_vision(model: str) -> bool:
    return model.startswith(PREFIXES)


def is_billed_monthly(model: str) -> bool:
    return model.startswith(PREFIXES)


def ask(model: str, text: str) -> str:
    completion = OpenAI().chat.completions.create(
        model=model, messages=[{"role": "user", "content": text}], max_tokens=50
    )
    return completion.choices[0].message.content


def main() -> None:
    print(supports_vision(MODEL), is_billed_monthly(MODEL))
    print(ask(MODEL, "hello"))
