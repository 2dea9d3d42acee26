"""Writes long articles for the travel blog."""

from openai import OpenAI

STYLE = """You write long-form travel articles.
Vary your words, avoid repeating a sight, end with a practical hint."""


class ArticleWriter:
    """One article per call."""

    def __init__(self) -> None:
        self._client = OpenAI()

    def write(self, place: str) -> str:
        completion = self._client.chat.completions.create(
            model="gpt-4o",
            messages=[
                {"role": "system", "content": STYLE},
                {"role": "user", "content": f"Write an article of 1500 words about {place}."},
            ],
            max_completion_tokens=3500,
            temperature=0.9,
            presence_penalty=0.6,
            frequency_penalty=0.2,
        )
        return completion.choices[0].message.content


def main() -> None:
    print(ArticleWriter().write("the Uckermark"))
