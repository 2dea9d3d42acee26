"""Legal first opinions at a fixed price: 20,000 tokens of the file are read."""

from openai import OpenAI

MAX_PROMPT_TOKENS = 20_000
OPINION_MODEL = "gpt-4o"


def first_opinion(file: str) -> str:
    completion = OpenAI().chat.completions.create(
        model=OPINION_MODEL,
        messages=[{"role": "user", "content": file[: MAX_PROMPT_TOKENS * 4]}],
        max_tokens=1000,
    )
    return completion.choices[0].message.content


def main() -> None:
    print(first_opinion("one two six ten " * 40_000))
