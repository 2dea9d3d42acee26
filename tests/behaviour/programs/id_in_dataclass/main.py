"""A tutor with a small helper for hints."""

from config import TutorConfig
from openai import OpenAI


class Tutor:
    """Answers pupils' questions."""

    def __init__(self, config: TutorConfig) -> None:
        self.config = config
        self.client = OpenAI()

    def _ask(self, model: str, prompt: str) -> str:
        completion = self.client.chat.completions.create(
            model=model, messages=[{"role": "user", "content": prompt}], max_tokens=self.config.limit
        )
        return completion.choices[0].message.content

    def explain(self, topic: str) -> str:
        return self._ask(self.config.model, f"Explain to a pupil: {topic}")

    def hint(self, topic: str) -> str:
        return self._ask(self.config.helpers["hint"], f"Give a one-line hint: {topic}")


def main() -> None:
    tutor = Tutor(TutorConfig())
    print(tutor.explain("photosynthesis"))
    print(tutor.hint("photosynthesis"))
