"""Counts tokens before it asks."""

import tiktoken
from openai import OpenAI

MODEL = "gpt-4o"
client = OpenAI()
encoding = tiktoken.encoding_for_model(MODEL)


def count(text: str) -> int:
    return len(encoding.encode(text))


def chat(question: str) -> str:
    """Answers in the shop's chat."""
    print(f"{count(question)} tokens")
    completion = client.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": question}], max_tokens=500
    )
    return completion.choices[0].message.content


def main() -> None:
    print(chat("one two six ten one two six ten one two six ten"))
