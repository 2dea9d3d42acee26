"""Chat whose answers fit on the printer's page."""

from openai import OpenAI

ANSWER_TOKENS = 4096


def chat(text: str) -> str:
    completion = OpenAI().chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": text}], max_tokens=ANSWER_TOKENS
    )
    return completion.choices[0].message.content


def main() -> None:
    print(chat("Print me a packing list."))
