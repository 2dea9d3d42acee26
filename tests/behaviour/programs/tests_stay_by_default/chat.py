"""A chat client."""

from openai import OpenAI


class Chat:
    """One question, one answer."""

    def __init__(self, model: str = "gpt-4o") -> None:
        self.model = model

    def ask(self, text: str) -> str:
        completion = OpenAI().chat.completions.create(
            model=self.model, messages=[{"role": "user", "content": text}], max_tokens=150
        )
        return completion.choices[0].message.content
