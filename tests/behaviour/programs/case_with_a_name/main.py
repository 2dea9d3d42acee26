"""Says what a model reads, then asks it."""

from openai import OpenAI

MODEL = "gpt-4o"


def window(model: str) -> tuple[str, int]:
    match model:
        case "gpt-4o" | "gpt-4o-mini" as name:
            return name, 128_000
        case _:
            raise ValueError(model)


def ask(model: str, text: str) -> str:
    completion = OpenAI().chat.completions.create(
        model=model, messages=[{"role": "user", "content": text}], max_tokens=50
    )
    return completion.choices[0].message.content


def main() -> None:
    print(*window(MODEL))
    print(ask(MODEL, "hello"))
