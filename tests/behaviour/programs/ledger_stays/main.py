"""The chat, and the report for the controller."""

from openai import OpenAI
from paid import PAID


def chat(text: str) -> str:
    completion = OpenAI().chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": text}]
    )
    return completion.choices[0].message.content


def report(month: str) -> None:
    for name, usd in PAID[month].items():
        print(f"{name}: {usd:.2f}")


def main() -> None:
    print(chat("hello"))
    report("2026-09")
