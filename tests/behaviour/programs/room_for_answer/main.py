"""Continues a novel: as much as still fits."""

from openai import OpenAI

WINDOW = 128_000
LONGEST = 16_000


def continue_story(story: str) -> str:
    prompt_tokens = len(story) // 4
    left = WINDOW - prompt_tokens
    completion = OpenAI().chat.completions.create(
        model="gpt-4o",
        messages=[{"role": "user", "content": story}],
        max_tokens=min(left, LONGEST),
    )
    return completion.choices[0].message.content


def main() -> None:
    print(continue_story("one two six ten " * 29_500))
