"""Assesses expert opinions; long ones lose their middle."""

from openai import OpenAI

EXPERT_MODEL = "gpt-4o"
CONTEXT_WINDOW = 128_000
MARKER = "\n[... left out ...]\n"


def shorten(text: str, limit: int = CONTEXT_WINDOW) -> str:
    budget = (limit - 2_000) * 4
    if len(text) <= budget:
        print("whole")
        return text
    print("cut")
    half = budget // 2
    return text[:half] + MARKER + text[-half:]


def assess(text: str) -> str:
    completion = OpenAI().responses.create(
        model=EXPERT_MODEL, instructions="Assess the legal weight of this opinion.", input=shorten(text)
    )
    return completion.output_text


def main() -> None:
    print(assess("one two six ten " * 37_500))
