"""Picks a client by the model's name."""

from openai import OpenAI


def vendor(model: str) -> str:
    if model.startswith(("gpt-", "o3")):
        return "openai"
    if model.startswith("claude"):
        return "anthropic"
    raise ValueError(model)


def chat(text: str, model: str = "gpt-4o") -> str:
    name = vendor(model)
    print(name)
    completion = OpenAI().chat.completions.create(
        model=model, messages=[{"role": "user", "content": text}], temperature=0.1
    )
    return completion.choices[0].message.content


def main() -> None:
    print(chat("hello"))
