"""Writes a study and its title."""

from openai import OpenAI
from settings import Settings


def complete(model: str, prompt: str, limit: int) -> str:
    completion = OpenAI().chat.completions.create(
        model=model, messages=[{"role": "user", "content": prompt}], max_tokens=limit
    )
    return completion.choices[0].message.content


def main() -> None:
    settings = Settings()
    print(
        complete(settings.research, "Plan the research, then reason over the sources on tidal power.", 5000)
    )
    print(complete(settings.title.name, "A short title for a study on tidal power.", settings.title.limit))
