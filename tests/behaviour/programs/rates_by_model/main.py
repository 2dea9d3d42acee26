"""Detects the intent of every message of a nightly export."""

from openai import OpenAI
from throttle import pause

MODEL = "gpt-4o-mini"


def intents(messages: list[str]) -> list[str]:
    found = []
    waited = 0.0
    for message in messages:
        waited += pause(MODEL)
        completion = OpenAI().chat.completions.create(
            model=MODEL,
            messages=[{"role": "user", "content": f"Detect the intent: {message}"}],
            temperature=0,
        )
        found.append(completion.choices[0].message.content)
    return found


def main() -> None:
    print(*intents(["cancel please"]))
