"""Writes expert opinions with an allowed model."""

from openai import OpenAI

ALLOWED = ("gpt-4o", "gpt-5.5", "gpt-4.1")


class Writer:
    """Refuses models that nobody allowed."""

    def __init__(self, model: str = "gpt-4o") -> None:
        if model not in ALLOWED:
            raise ValueError(f"{model} is not allowed")
        self.model = model

    def write(self, task: str) -> str:
        completion = OpenAI().chat.completions.create(
            model=self.model, messages=[{"role": "user", "content": task}], max_tokens=3000
        )
        return completion.choices[0].message.content


def main() -> None:
    print(Writer().write("Analyse the liability clauses."))
    print(len(ALLOWED))
