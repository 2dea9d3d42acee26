"""Answers questions about a project's whole mail archive."""

from openai import OpenAI

CHAT_MODEL = "gpt-4o"
PROMPT_LIMIT = int(0.9 * 128000)


def estimate(text: str) -> int:
    """About four characters a token."""
    return len(text) // 4


def select(mails: list[str]) -> list[str]:
    """The newest mails that fit."""
    chosen: list[str] = []
    total = 0
    for mail in reversed(mails):
        total += estimate(mail)
        if total > PROMPT_LIMIT:
            break
        chosen.insert(0, mail)
    return chosen


def chat(question: str, mails: list[str]) -> str:
    content = "\n".join([*select(mails), question])
    completion = OpenAI().chat.completions.create(
        model=CHAT_MODEL, messages=[{"role": "user", "content": content}]
    )
    return completion.choices[0].message.content


def main() -> None:
    print(chat("Who ordered the pumps?", ["one two six ten " * 5_000] * 9))
