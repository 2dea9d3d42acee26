"""Summarises meeting notes from the command line."""

import argparse

from openai import OpenAI


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="gpt-4o-mini", help="model that summarises (default: gpt-4o-mini)")
    parser.add_argument("--judge", "-j", default="gpt-4o-mini", help="model that checks the summary")
    parser.add_argument("--limit", type=int, default=100)
    return parser.parse_args()


def summarise(text: str, options: argparse.Namespace) -> str:
    completion = OpenAI().chat.completions.create(
        model=options.model,
        messages=[{"role": "user", "content": f"Summarise in two sentences:\n{text}"}],
        max_tokens=options.limit,
        temperature=0,
    )
    return completion.choices[0].message.content


def check(summary: str, options: argparse.Namespace) -> str:
    completion = OpenAI().chat.completions.create(
        model=options.judge, messages=[{"role": "user", "content": f"Is this summary short? {summary}"}]
    )
    return completion.choices[0].message.content


def main() -> None:
    options = arguments()
    summary = summarise("We meet on Mondays. The printer is broken.", options)
    print(summary)
    print(check(summary, options))
