"""A chat that prints what it costs."""

from counting import num_tokens_from_messages
from openai import OpenAI


def chat(text: str, model: str = "gpt-4o") -> str:
    messages = [{"role": "user", "content": text}]
    print(num_tokens_from_messages(messages, model), "tokens")
    completion = OpenAI().chat.completions.create(model=model, messages=messages, max_tokens=256)
    return completion.choices[0].message.content


def main() -> None:
    print(chat("one two six ten"))
