"""Writes handbooks: long answers, as long as the model can."""

from openai import OpenAI

MODEL = "gpt-4o"
MAX_OUTPUT_TOKENS = 16_384


def write(outline: str, wanted: int) -> str:
    completion = OpenAI().chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": f"Write the whole handbook after this outline:\n{outline}"}],
        max_tokens=min(wanted, MAX_OUTPUT_TOKENS),
    )
    return completion.choices[0].message.content


def main() -> None:
    print(write("1. Tools 2. Materials 3. Safety", wanted=30_000))
