"""Flags orders that look like fraud, with the model's own certainty."""

import math

from openai import OpenAI

client = OpenAI()


def certainty(order: str) -> float:
    """Probability of the label that the model chose."""
    completion = client.chat.completions.create(
        model="gpt-4o-mini",
        messages=[
            {"role": "system", "content": "Classify the order: fraud or fine. Answer with one word."},
            {"role": "user", "content": order},
        ],
        max_tokens=2,
        logprobs=True,
    )
    tokens = completion.choices[0].logprobs.content
    return math.exp(tokens[0].logprob)


def main() -> None:
    print(f"fraud {certainty('14 gift cards, express, new account'):.2f}")
