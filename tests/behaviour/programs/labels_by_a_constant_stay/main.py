"""Shows a model's name to customers."""

from openai import OpenAI

MODEL = "gpt-4o"
SHOWN = {MODEL: ("the quick one", 300)}


def ask(model: str, text: str) -> str:
    completion = OpenAI().chat.completions.create(
        model=model, messages=[{"role": "user", "content": text}], max_tokens=50
    )
    return completion.choices[0].message.content


def main() -> None:
    print(SHOWN[MODEL][0])
    print(ask(MODEL, "hello"[: SHOWN[MODEL][1]]))
