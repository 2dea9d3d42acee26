"""Summarises a year of tickets, part by part."""

from openai import OpenAI

MODEL = "gpt-5-mini"
CONTEXT_WINDOW = 272_000
client = OpenAI()


def parts(text: str) -> list[str]:
    size = CONTEXT_WINDOW * 3 // 4 * 4
    return [text[at : at + size] for at in range(0, len(text), size)]


def summarise(part: str) -> str:
    completion = client.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": f"Summarise these tickets:\n{part}"}]
    )
    return completion.choices[0].message.content


def main() -> None:
    summaries = [summarise(part) for part in parts("one two six ten " * 62_500)]
    print(len(summaries), "parts")
