"""Chat with a prompt that was tuned on gpt-4o (128k window)."""

from openai import OpenAI

# gpt-4o has a window of 128000 tokens; we never come near it
NOTE = "tuned on gpt-4o in 2024"
SYSTEM = "You are a helpful assistant. If somebody asks, do not claim to be gpt-4o."


def chat(text: str) -> str:
    messages = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": text}]
    return OpenAI().chat.completions.create(model="gpt-4o", messages=messages).choices[0].message.content


def main() -> None:
    print(NOTE)
    print(chat("Who are you?"))
