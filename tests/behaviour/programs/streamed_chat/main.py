"""Interactive chat in the terminal; streams the answer."""

from collections.abc import Iterator

from openai import OpenAI

client = OpenAI()
SYSTEM = "You are a friendly assistant. Keep the conversation going."


class ChatSession:
    """History and the running total of tokens."""

    def __init__(self, model: str = "gpt-4o") -> None:
        self.model = model
        self.history = [{"role": "system", "content": SYSTEM}]
        self.tokens = 0

    def say(self, text: str) -> Iterator[str]:
        self.history.append({"role": "user", "content": text})
        stream = client.chat.completions.create(
            model=self.model,
            messages=self.history,
            stream=True,
            stream_options={"include_usage": True},
            max_tokens=700,
            temperature=0.7,
        )
        for chunk in stream:
            if chunk.usage:
                self.tokens += chunk.usage.completion_tokens
            if chunk.choices and chunk.choices[0].delta.content:
                yield chunk.choices[0].delta.content


def main() -> None:
    session = ChatSession()
    print(" ".join(session.say("What can I cook with leeks?")))
    print(f"{session.tokens} tokens")
