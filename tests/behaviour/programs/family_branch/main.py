"""Explains error messages to users."""

from llm import complete

HELPER_MODEL = "gpt-4o"


def main() -> None:
    print(complete(HELPER_MODEL, "Explain to the user, in a chat: disk full"))
    print(complete("gpt-4.1", "Explain to the user, in a chat: disk full"))
