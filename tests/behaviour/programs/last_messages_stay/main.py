"""Answers in a chat with the last ten messages."""

from openai import OpenAI


def chat(history: list[dict]) -> str:
    recent = history[-10:]
    completion = OpenAI().chat.completions.create(model="gpt-4o", messages=recent, temperature=0.5)
    return completion.choices[0].message.content


def main() -> None:
    print(chat([{"role": "user", "content": f"message {number}: " + "ten " * 7} for number in range(40)]))
