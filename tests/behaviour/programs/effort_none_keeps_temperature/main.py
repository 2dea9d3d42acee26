"""Product names for a catalogue, without reasoning."""

from openai import OpenAI

MODEL = "gpt-5.1"


def names_for(article: str) -> str:
    completion = OpenAI().chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": f"Suggest five product names for: {article}"}],
        temperature=0.3,
        reasoning_effort="none",
    )
    return completion.choices[0].message.content


def main() -> None:
    print(names_for("a foldable rain hat"))
