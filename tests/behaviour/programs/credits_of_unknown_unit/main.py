"""Chat that is paid in credits."""

from openai import OpenAI

CREDITS = {"gpt-4o": 5, "gpt-4.1": 3, "gpt-4.1-mini": 1}
CHAT_MODEL = "gpt-4o"


def chat(text: str) -> str:
    completion = OpenAI().chat.completions.create(
        model=CHAT_MODEL, messages=[{"role": "user", "content": text}], max_tokens=300
    )
    return completion.choices[0].message.content


def main() -> None:
    print(chat("Good morning"))
    print(CREDITS[CHAT_MODEL], "credits")
