"""Answers from a day's radio transcripts."""

from openai import OpenAI

CHAT_MODEL = "gpt-4o"


def context_window(model: str) -> int:
    match model:
        case "gpt-4o" | "gpt-4o-mini":
            return 128_000
        case "gpt-4.1":
            return 1_047_576
        case _:
            raise ValueError(f"unknown model {model}")


def chat(question: str, transcripts: str) -> str:
    room = context_window(CHAT_MODEL) - 3_000
    content = transcripts[-room * 4 :] + question
    completion = OpenAI().chat.completions.create(
        model=CHAT_MODEL, messages=[{"role": "user", "content": content}]
    )
    return completion.choices[0].message.content


def main() -> None:
    print(chat("What was said on the strike?", "one two six ten " * 35_000))
