"""Translates twice, for the editors to compare."""

from openai import OpenAI

client = OpenAI()


def translations(text: str) -> list[str]:
    """Two drafts of one translation."""
    messages = [{"role": "system", "content": "Translate into English."}, {"role": "user", "content": text}]
    first = client.chat.completions.create(
        model="gpt-4.1", messages=messages, max_tokens=2000, temperature=0.3, stop=["---"]
    )
    second = client.chat.completions.create(
        model="gpt-4o", messages=messages, max_tokens=2000, temperature=0.3, stop=["---"]
    )
    return [first.choices[0].message.content, second.choices[0].message.content]


def main() -> None:
    for draft in translations("Der Deich hält."):
        print(draft)
