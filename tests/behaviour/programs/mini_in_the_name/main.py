"""Short answers from small models, long ones from large."""

from openai import OpenAI

QUICK, LARGE = "gpt-4o-mini", "gpt-4o"


def length(model: str) -> int:
    if "mini" in model:
        return 200
    return 800


def ask(model: str, text: str) -> str:
    completion = OpenAI().chat.completions.create(
        model=model, messages=[{"role": "user", "content": text}], max_tokens=length(model)
    )
    return completion.choices[0].message.content


def main() -> None:
    print(ask(QUICK, "Keywords for: a red bicycle"))
    print(ask(LARGE, "Chat with me about bicycles."))
