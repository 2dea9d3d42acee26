"""Answers tickets of the help desk."""

from openai import OpenAI

client = OpenAI()
MODEL = "gpt-4o"
INSTRUCTIONS = "You are a friendly support agent for a parcel service. Answer the customer's question."


def answer(ticket: dict) -> str:
    """Reply to one ticket."""
    completion = client.chat.completions.create(
        model=MODEL,
        messages=[
            {"role": "system", "content": INSTRUCTIONS},
            {"role": "user", "content": ticket["text"]},
        ],
        max_tokens=600,
        temperature=0.3,
        user="desk",
    )
    return completion.choices[0].message.content.strip()


def main() -> None:
    ticket = {"id": 4711, "text": "My parcel has been in Leipzig for five days. Where is it?"}
    print(f"ticket {ticket['id']}: {answer(ticket)}")
