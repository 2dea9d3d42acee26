"""Writes expert reports from large files."""

from openai import OpenAI


class ReportWriter:
    """Knows the room that its model has."""

    def __init__(self, model: str = "gpt-4o") -> None:
        self.model = model
        self.max_output = 6000
        self.max_input = 128000 - self.max_output
        self.client = OpenAI()

    def cut(self, text: str) -> str:
        return text[: self.max_input * 4]

    def write(self, material: str) -> str:
        completion = self.client.chat.completions.create(
            model=self.model,
            messages=[{"role": "user", "content": self.cut(material)}],
            max_tokens=self.max_output,
        )
        return completion.choices[0].message.content


def main() -> None:
    print(ReportWriter().write("one two six ten " * 50_000))
