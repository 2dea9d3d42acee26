"""A long-running chat assistant."""

from memory import trim
from openai import OpenAI


class Assistant:
    """Keeps the conversation going for days."""

    def __init__(self) -> None:
        self.client = OpenAI()
        self.messages = [{"role": "system", "content": "You are a helpful assistant."}]

    def chat(self, text: str) -> str:
        self.messages.append({"role": "user", "content": text})
        self.messages = trim(self.messages)
        completion = self.client.chat.completions.create(model="gpt-4o", messages=self.messages)
        return completion.choices[0].message.content


def main() -> None:
    assistant = Assistant()
    assistant.messages += [{"role": "user", "content": "one two six ten " * 5_000} for _ in range(8)]
    print(assistant.chat("And what did we decide?"))
