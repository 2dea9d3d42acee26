"""Reads case files; the budget for them is fixed by contract."""

from openai import OpenAI

MODEL = "gpt-4o"
MAX_CONTEXT_TOKENS = 128_000


def read(case_file: str) -> str:
    completion = OpenAI().chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": case_file[: (MAX_CONTEXT_TOKENS - 500) * 4]}],
    )
    return completion.choices[0].message.content


def main() -> None:
    print(read("one two six ten " * 50_000))
