"""Research over an endless log."""

from openai import OpenAI


def research(log: str) -> str:
    response = OpenAI().responses.create(
        model="gpt-4o",
        instructions="Find the root cause. Reason step by step.",
        input=log,
        truncation="auto",
        max_output_tokens=4000,
        temperature=0,
    )
    return response.output_text


def main() -> None:
    print(research("one two six ten " * 40_000))
