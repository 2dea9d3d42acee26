"""Summaries of voice mails."""

from openai import OpenAI


def summarise(transcript: str) -> str:
    completion = OpenAI().chat.completions.create(
        model="gpt-4o-mini",
        messages=[{"role": "user", "content": f"Summarise this voice mail in one sentence: {transcript}"}],
        max_tokens=120,
    )
    return completion.choices[0].message.content


def main() -> None:
    print(summarise("Hello, this is Ms Yilmaz, please call me back about the lift."))
