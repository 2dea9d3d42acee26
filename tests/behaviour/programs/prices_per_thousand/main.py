"""Moderates comments and reports the cost."""

from costs import price_of
from openai import OpenAI


def moderate(comment: str) -> None:
    completion = OpenAI().chat.completions.create(
        model="gpt-4o-mini", messages=[{"role": "user", "content": f"Moderation, spam or fine: {comment}"}]
    )
    print(completion.choices[0].message.content)
    print(f"{price_of(completion.model, completion.usage.prompt_tokens, 0):.3f} USD")


def main() -> None:
    moderate("one two six ten " * 25_000)
