"""Logs the size of every question."""

import tiktoken
from openai import OpenAI

CHAT_MODEL = "gpt-4o"


def encoding_of(model: str) -> tiktoken.Encoding:
    try:
        return tiktoken.encoding_for_model(model)
    except KeyError:
        return tiktoken.encoding_for_model("gpt-4o")


def chat(question: str) -> str:
    print(len(encoding_of(CHAT_MODEL).encode(question)), "tokens")
    messages = [
        {"role": "system", "content": "You are a friendly assistant."},
        {"role": "user", "content": question},
    ]
    return OpenAI().chat.completions.create(model=CHAT_MODEL, messages=messages).choices[0].message.content


def main() -> None:
    print(chat("one two six ten"))
