"""Three parts work on one ticket."""

from openai import OpenAI
from roles import PROMPTS, ROLES


def play(role: str, ticket: str) -> str:
    options = ROLES[role]
    completion = OpenAI().chat.completions.create(
        messages=[{"role": "system", "content": PROMPTS[role]}, {"role": "user", "content": ticket}],
        max_tokens=512,
        **options,
    )
    return completion.choices[0].message.content


def main() -> None:
    for role in ROLES:
        print(f"{role}: {play(role, 'The lift is stuck on floor three.')}")
