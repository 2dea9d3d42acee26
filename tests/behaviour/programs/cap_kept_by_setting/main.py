"""Writes handbooks."""

from openai import OpenAI

MAX_OUTPUT_TOKENS = 16_384


def write(outline: str, wanted: int) -> str:
    completion = OpenAI().chat.completions.create(
        model="gpt-4o",
        messages=[{"role": "user", "content": f"Write the handbook after this outline:\n{outline}"}],
        max_tokens=min(wanted, MAX_OUTPUT_TOKENS),
    )
    return completion.choices[0].message.content


def main() -> None:
    print(write("1. Tools 2. Materials", wanted=30_000))
