"""Summarises a day's chat of a support channel."""

from openai import OpenAI
from windows import context_window

CHAT_MODEL = "gpt-4o"


def chat_summary(log: str) -> str:
    room = context_window(CHAT_MODEL) - 2_000
    completion = OpenAI().chat.completions.create(
        model=CHAT_MODEL, messages=[{"role": "user", "content": log[: room * 4]}]
    )
    return completion.choices[0].message.content


def main() -> None:
    print(chat_summary("one two six ten " * 15_000))
    print(context_window("gpt-3.5-turbo"))
