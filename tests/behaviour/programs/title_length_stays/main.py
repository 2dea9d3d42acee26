"""Titles for forum threads; the column holds 120 characters."""

from openai import OpenAI

TITLE_LENGTH = 120
EXCERPT = 16_384


def title(thread: str) -> str:
    excerpt = thread[:EXCERPT]
    completion = OpenAI().chat.completions.create(
        model="gpt-4o-mini",
        messages=[{"role": "user", "content": f"A short title for: {excerpt}"}],
        max_tokens=40,
    )
    return completion.choices[0].message.content[:TITLE_LENGTH]


def main() -> None:
    print(title("one two six ten " * 2_000))
