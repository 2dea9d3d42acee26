"""Classifies whole mailboxes by topic."""

from openai import OpenAI

LABEL_MODEL = "gpt-5-mini"
MAX_INPUT_TOKENS = 250_000


def clip(text: str) -> str:
    return text[: MAX_INPUT_TOKENS * 4]


def topics(mailbox: str) -> str:
    completion = OpenAI().chat.completions.create(
        model=LABEL_MODEL, messages=[{"role": "user", "content": "Classify the topics.\n" + clip(mailbox)}]
    )
    return completion.choices[0].message.content


def main() -> None:
    print(topics("one two six ten " * 50_000))
