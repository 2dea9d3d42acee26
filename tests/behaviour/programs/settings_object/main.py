"""Writes the monthly report on the solar plant."""

from openai import OpenAI
from settings import settings

FIGURES = {"january": 812, "february": 1034, "march": 2210}


def report(figures: dict[str, int]) -> str:
    lines = "\n".join(f"{month}: {value} kWh" for month, value in figures.items())
    completion = OpenAI().chat.completions.create(
        model=settings.model,
        messages=[
            {"role": "system", "content": f"Write a report in the language {settings.language}."},
            {"role": "user", "content": lines},
        ],
        max_tokens=settings.max_tokens,
        temperature=settings.temperature,
    )
    return completion.choices[0].message.content


def main() -> None:
    print(report(FIGURES))
