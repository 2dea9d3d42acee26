"""Assesses planning applications."""

from openai import OpenAI

MODEL = "gpt-4o"
CONTEXT_WINDOW = 128_000


def assess(application: str) -> str:
    text = application[: (CONTEXT_WINDOW - 2_000) * 4]
    response = OpenAI().responses.create(model=MODEL, input=text)
    return response.output_text


def main() -> None:
    print(assess("one two six ten " * 37_500))
