"""Coding assistant: reviews and fixes."""

from openai import OpenAI

client = OpenAI()


def review(diff: str) -> str:
    completion = client.chat.completions.create(
        model="gpt-5.5",
        messages=[{"role": "user", "content": f"Review this diff:\n{diff}"}],
        max_tokens=900,
        temperature=0.2,
    )
    return completion.choices[0].message.content


def fix(diff: str) -> str:
    completion = client.chat.completions.create(
        model="gpt-5",
        messages=[{"role": "user", "content": f"Debug this and write the fix:\n{diff}"}],
        max_completion_tokens=900,
    )
    return completion.choices[0].message.content


def main() -> None:
    print(review("+ return x / 0"))
    print(fix("+ return x / 0"))
