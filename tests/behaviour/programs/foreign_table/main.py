"""Chat here; the other vendor's model only plans."""

from openai import OpenAI

CLAUDE_WINDOWS = {"claude-sonnet": 200_000, "claude-haiku": 200_000}


def planning_room(model: str) -> int:
    return CLAUDE_WINDOWS[model]


def chat(text: str) -> str:
    completion = OpenAI().chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": text}]
    )
    return completion.choices[0].message.content


def main() -> None:
    print(planning_room("claude-sonnet"))
    print(chat("hello"))
