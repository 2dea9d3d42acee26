"""A tutor that explains homework."""

from generation import Generation
from openai import OpenAI


class Tutor:
    """Explains step by step, in simple words."""

    def __init__(self, generation: Generation) -> None:
        self.client = OpenAI()
        self.generation = generation

    def explain(self, exercise: str) -> str:
        messages = [
            {"role": "system", "content": "You are a patient tutor for pupils of the seventh grade."},
            {"role": "user", "content": exercise},
        ]
        done = self.client.chat.completions.create(messages=messages, **self.generation.keywords())
        return done.choices[0].message.content


def main() -> None:
    print(Tutor(Generation()).explain("Why is 3/4 larger than 2/3?"))
