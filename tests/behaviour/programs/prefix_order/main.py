"""A filter and a thorough reader, billed separately."""

from meter import input_price
from openai import OpenAI

FILTER_MODEL = "gpt-5-mini"
READER_MODEL = "gpt-5"


def ask(model: str, text: str) -> None:
    completion = OpenAI().chat.completions.create(model=model, messages=[{"role": "user", "content": text}])
    print(completion.choices[0].message.content)
    print(f"{completion.usage.prompt_tokens * input_price(model) / 1_000_000:.3f} USD")


def main() -> None:
    ask(FILTER_MODEL, "one two six ten " * 25_000)
    ask(READER_MODEL, "one two six ten " * 25_000)
