"""Chats; the gateway has a configuration of its own."""

from openai import OpenAI


def main() -> None:
    completion = OpenAI().chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": "hello"}]
    )
    print(completion.choices[0].message.content)
