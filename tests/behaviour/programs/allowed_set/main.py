"""Moderates comments with an approved model."""

from openai import OpenAI
from policy import approved

MODERATION_MODEL = "gpt-4o-mini"


def moderate(comment: str) -> str:
    completion = OpenAI().chat.completions.create(
        model=approved(MODERATION_MODEL),
        messages=[{"role": "user", "content": f"Moderation, answer spam or fine: {comment}"}],
        temperature=0,
    )
    return completion.choices[0].message.content


def main() -> None:
    print(moderate("Nice!"))
