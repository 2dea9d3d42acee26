"""Reads a file and says how long it was."""

from openai import OpenAI


def shown(tokens: int) -> str:
    if tokens > 100_000:
        return "more than 100k tokens"
    return f"{tokens // 1000}k tokens"


def read(file: str) -> str:
    response = OpenAI().responses.create(model="gpt-4o", input=file)
    print(shown(response.usage.input_tokens))
    return response.output_text


def main() -> None:
    read("one two six ten " * 26_250)
