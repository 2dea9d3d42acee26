"""An assistant."""

from openai import OpenAI


def request(model: str, text: str) -> dict:
    return {
        "model": model,
        "messages": [{"role": "user", "content": text}],
        "max_tokens": 150,
        "temperature": 0,
    }


class Assistant:
    """One question, one answer."""

    def __init__(self, client: OpenAI | None = None, model: str = "gpt-4o") -> None:
        self.client = client or OpenAI()
        self.model = model

    def ask(self, text: str) -> str:
        completion = self.client.chat.completions.create(**request(self.model, text))
        return completion.choices[0].message.content
