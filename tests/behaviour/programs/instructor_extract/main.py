"""Extracts debts from chat logs with instructor."""

import instructor
from openai import OpenAI
from pydantic import BaseModel


class Debt(BaseModel):
    """Who owes how much."""

    person: str
    amount: float


client = instructor.from_openai(OpenAI())


def extract(log: str) -> Debt:
    return client.chat.completions.create(
        model="gpt-4o",
        response_model=Debt,
        messages=[{"role": "user", "content": f"Extract the debt from this chat:\n{log}"}],
        max_tokens=500,
        temperature=0.0,
    )


def main() -> None:
    debt = extract("Kim: I still owe you 12 for the pizza")
    print(f"{debt.person} owes {debt.amount}")
