"""Classifies bookings with the accounting team's own fine-tune."""

from openai import OpenAI

BOOKING_MODEL = "ft:gpt-4o-mini-2024-07-18:acme::b7x2"


def account_for(booking: str) -> str:
    completion = OpenAI().chat.completions.create(
        model=BOOKING_MODEL,
        messages=[{"role": "user", "content": booking}],
        max_tokens=10,
        temperature=0,
    )
    return completion.choices[0].message.content


def main() -> None:
    print(account_for("Taxi from the station, 18.40"))
