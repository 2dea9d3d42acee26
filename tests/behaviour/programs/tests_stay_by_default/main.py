"""Runs the chat once."""

from chat import Chat


def main() -> None:
    print(Chat().ask("hello"))
