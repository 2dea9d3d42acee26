"""Answers questions about the employee handbook; the handbook is the cached prefix."""

from openai import OpenAI

HANDBOOK = "Chapter 1. Working hours are from seven to seven. " * 80


def answer(question: str) -> str:
    completion = OpenAI().chat.completions.create(
        model="gpt-5",
        messages=[
            {"role": "developer", "content": HANDBOOK},
            {"role": "user", "content": question},
        ],
        reasoning_effort="high",
        prompt_cache_key="handbook-v3",
        prompt_cache_retention="in_memory",
    )
    return completion.choices[0].message.content


def main() -> None:
    print(answer("May I work at 19:30?"))
