"""Finds the topic of whole mailboxes."""

from openai import OpenAI
from trimming import truncate

client = OpenAI()


def subject(text: str) -> str:
    return truncate(text, 20)


def topic(mailbox: str) -> str:
    completion = client.chat.completions.create(
        model="gpt-5-mini",
        messages=[{"role": "user", "content": f"Name the topic of these mails.\n{mailbox}"}],
        max_completion_tokens=2_000,
    )
    return completion.choices[0].message.content


def main() -> None:
    print(topic("one two six ten " * 50_000))
