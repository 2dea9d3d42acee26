"""A voice assistant with a short memory."""

from openai import OpenAI

MEMORY_TOKENS = 4_000


class VoiceAssistant:
    """Remembers the last minutes."""

    def __init__(self) -> None:
        self.memory: list[dict] = []

    def remember(self, text: str) -> None:
        self.memory.append({"role": "user", "content": text})
        while sum(len(one["content"]) for one in self.memory) // 4 > MEMORY_TOKENS:
            self.memory.pop(0)

    def reply(self) -> str:
        completion = OpenAI().chat.completions.create(model="gpt-4o", messages=self.memory)
        return completion.choices[0].message.content


def main() -> None:
    assistant = VoiceAssistant()
    for _ in range(10):
        assistant.remember("one two six ten " * 250)
    print(assistant.reply())
