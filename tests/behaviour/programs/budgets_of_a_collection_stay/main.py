"""Answers within a budget."""

from openai import OpenAI

MODELS = ["gpt-4o", "gpt-4.1"]
BUDGETS = {model: 2_000 for model in MODELS}  # noqa: C420
DEFAULT = "gpt-4o"


def ask(model: str, text: str) -> str:
    completion = OpenAI().chat.completions.create(
        model=model, messages=[{"role": "user", "content": text}], max_tokens=50
    )
    return completion.choices[0].message.content


def main() -> None:
    print(ask(DEFAULT, ("one " * 5_000)[: BUDGETS[DEFAULT] * 4]))
