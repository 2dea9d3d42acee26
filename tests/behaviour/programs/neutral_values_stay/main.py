"""Translates the annual report, chapter by chapter."""

from openai import OpenAI


def translate(chapter: str, language: str = "Spanish") -> str:
    """Careful translation of one chapter."""
    completion = OpenAI().chat.completions.create(
        model="gpt-4o",
        messages=[
            {"role": "system", "content": f"Translate the document into {language}. Keep every nuance."},
            {"role": "user", "content": chapter},
        ],
        max_completion_tokens=8000,
        temperature=1,
        presence_penalty=0,
        seed=11,
        n=1,
    )
    return completion.choices[0].message.content


def main() -> None:
    print(translate("The year was dry."))
