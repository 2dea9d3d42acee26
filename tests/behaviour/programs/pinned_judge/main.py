"""Scores answers for the leaderboard. The judge is the one of the paper; do not change it."""

from openai import OpenAI

JUDGE_MODEL = "gpt-4o-2024-08-06"  # pinned: scores must stay comparable


def judge(question: str, answer: str) -> str:
    completion = OpenAI().chat.completions.create(
        model=JUDGE_MODEL,
        messages=[{"role": "user", "content": f"Grade from 1 to 5.\nQ: {question}\nA: {answer}"}],
        temperature=0,
        max_tokens=10,
    )
    return completion.choices[0].message.content


def main() -> None:
    print(judge("2+2?", "4"))
