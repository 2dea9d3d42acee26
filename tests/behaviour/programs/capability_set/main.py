"""Says what is on a photo of the lost-property office."""

from openai import OpenAI
from vision import parts

MODEL = "gpt-4o"


def describe(picture: str) -> str:
    content = parts(MODEL, "What is shown in this photo?", picture)
    completion = OpenAI().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": content}], max_tokens=250
    )
    return completion.choices[0].message.content


def main() -> None:
    print(describe("https://example.org/umbrella.jpg"))
