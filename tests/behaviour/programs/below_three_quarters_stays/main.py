"""A chat over a forum thread; the limit came out of a load test."""

from openai import OpenAI

HISTORY_LIMIT = 90_000


def chat(thread: str) -> str:
    text = thread[-HISTORY_LIMIT * 4 :]
    completion = OpenAI().chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": text}]
    )
    return completion.choices[0].message.content


def main() -> None:
    print(chat("one two six ten " * 30_000))
