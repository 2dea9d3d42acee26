"""Translates notices of the building management."""

from llm import complete


def translate(text: str, language: str) -> str:
    return complete(f"Translate into {language}, keep the names:\n{text}")


def main() -> None:
    print(translate("Am Montag wird das Wasser abgestellt.", "English"))
    print(complete("Translate into Turkish: Der Aufzug ist defekt.", max_tokens=120))
