"""Chat with the model that a customer picked, else with the first one."""

from openai import OpenAI

ON_OFFER = ["gpt-4o", "gpt-4o-mini", "gpt-4.1"]


def ask(text: str, wanted: str | None = None) -> str:
    model = wanted or ON_OFFER[0]
    if model not in ON_OFFER:
        raise ValueError(model)
    completion = OpenAI().chat.completions.create(
        model=model, messages=[{"role": "user", "content": text}], max_tokens=50
    )
    return completion.choices[0].message.content


def main() -> None:
    print(ask("hello"))
    print(ask("hello", "gpt-4.1"))
