"""Asks two models the same question."""

import argparse

from openai import OpenAI

CHOICES = ("gpt-4.1", "gpt-4.1-mini", "gpt-4o", "gpt-4o-mini")


def parse(argv: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--first", choices=CHOICES, default="gpt-4o")
    parser.add_argument("--second", choices=CHOICES, default="gpt-4o")
    return parser.parse_args(argv)


def ask(model: str) -> str:
    completion = OpenAI().chat.completions.create(
        model=model, messages=[{"role": "user", "content": "When is sunrise in Kiel?"}], max_tokens=100
    )
    return completion.choices[0].message.content


def main() -> None:
    options = parse()
    parse(["--first", options.first])
    print(ask(options.first))
    print(ask(options.second))
