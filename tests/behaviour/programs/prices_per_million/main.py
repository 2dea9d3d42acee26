"""Chat that bills the department."""

from openai import OpenAI
from prices import cost

MODEL = "gpt-4o"


def chat(text: str) -> str:
    completion = OpenAI().chat.completions.create(model=MODEL, messages=[{"role": "user", "content": text}])
    usage = completion.usage
    bill = cost(completion.model, usage.prompt_tokens, usage.completion_tokens)
    return f"{completion.choices[0].message.content}\n{bill:.4f} USD"


def main() -> None:
    print(chat("one two six ten " * 25_000))
