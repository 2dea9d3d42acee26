"""A thorough answer and a quick one."""

from openai import OpenAI

MODELS = ["gpt-4o", "gpt-4o-mini"]


def ask(model: str, text: str) -> str:
    completion = OpenAI().chat.completions.create(
        model=model, messages=[{"role": "user", "content": text}], max_tokens=50
    )
    return completion.choices[0].message.content


def main() -> None:
    print(ask(MODELS[0], "How do I boil an egg?"))
    print(ask(MODELS[1], "How do I boil an egg?"))
