"""Answers until the run has cost enough."""

from openai import OpenAI

client = OpenAI()
MAX_TOTAL_TOKENS = 125_000


def answers(files: list[str]) -> list[str]:
    used, found = 0, []
    for file in files:
        if used > MAX_TOTAL_TOKENS:
            break
        response = client.responses.create(model="gpt-4o", input=file)
        used += response.usage.input_tokens
        found.append(response.output_text)
    return found


def main() -> None:
    print(len(answers(["one two six ten " * 17_500] * 4)), "answers")
