"""Chat and translation of the hotel's web page."""

import os

from openai import OpenAI

CHAT_MODEL = os.environ.get("CHAT_MODEL", "gpt-4o")
TRANSLATE_MODEL = os.getenv("TRANSLATE_MODEL") or "gpt-4o-mini"


def complete(model: str, system: str, text: str) -> str:
    completion = OpenAI().chat.completions.create(
        model=model,
        messages=[{"role": "system", "content": system}, {"role": "user", "content": text}],
        max_tokens=350,
    )
    return completion.choices[0].message.content


def main() -> None:
    print(complete(CHAT_MODEL, "You are a friendly assistant at a hotel's front desk.", "When is breakfast?"))
    print(complete(TRANSLATE_MODEL, "Translate into English.", "Frühstück gibt es ab sieben."))
