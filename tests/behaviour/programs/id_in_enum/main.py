"""Filters and writes."""

from openai import OpenAI
from tiers import Tier

client = OpenAI()


def run(tier: Tier, prompt: str) -> str:
    completion = client.chat.completions.create(
        model=tier.value, messages=[{"role": "user", "content": prompt}], max_tokens=tier.limit
    )
    return completion.choices[0].message.content


def main() -> None:
    print("spam?:", run(Tier.SMALL, "Classify as spam or not: win a car today"))
    print("essay:", run(Tier.LARGE, "Write a long essay on the history of the lighthouse."))
