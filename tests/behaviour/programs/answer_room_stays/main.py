"""Completes almost full requests."""

from openai import OpenAI

MODEL_TOKENS = 128_000


def complete(text: str) -> str:
    prompt_tokens = len(text) // 4
    room = MODEL_TOKENS - prompt_tokens - 10
    completion = OpenAI().chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": text}], max_completion_tokens=room
    )
    return completion.choices[0].message.content


def main() -> None:
    print(complete("one two six ten " * 28_750))
