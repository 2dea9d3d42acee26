"""Filters comments, and writes legal opinions, with one model so far."""

from openai import OpenAI

MODEL = "gpt-4o"
client = OpenAI()


def moderate(comment: str) -> str:
    """Bulk moderation of comments: classify as spam or fine."""
    completion = client.chat.completions.create(
        model=MODEL,
        messages=[
            {"role": "system", "content": "Moderation. Classify: spam or fine."},
            {"role": "user", "content": comment},
        ],
        max_tokens=10,
    )
    return completion.choices[0].message.content


def legal_opinion(contract: str) -> str:
    """Analyse every clause of a contract and its legal risks."""
    completion = client.chat.completions.create(
        model=MODEL,
        messages=[
            {"role": "system", "content": "You are a lawyer. Analyse the contract's clauses."},
            {"role": "user", "content": contract},
        ],
        max_tokens=6000,
    )
    return completion.choices[0].message.content


def main() -> None:
    print(moderate("win a car"))
    print(legal_opinion("Clause 1: ..."))
