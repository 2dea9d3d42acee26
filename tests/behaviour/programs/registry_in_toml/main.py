"""Tags notes; the report names the models that were in use when a note was tagged."""

from pathlib import Path

import tomli
from openai import OpenAI

REGISTRY = tomli.loads((Path(__file__).parent / "registry.toml").read_text())
TAGGER = "gpt-4o-mini"
USAGE = {"gpt-4o-mini": 3}


def options(model: str) -> dict:
    if model not in REGISTRY["models"]:
        raise LookupError(f"{model} is not registered")
    return {"timeout": REGISTRY["models"][model]["timeout"]}


def tag(note: str) -> str:
    completion = OpenAI().chat.completions.create(
        model=TAGGER, messages=[{"role": "user", "content": f"One tag: {note}"}], **options(TAGGER)
    )
    return completion.choices[0].message.content


def report() -> None:
    for model, count in USAGE.items():
        print(f"tagged by {model}: {count}")


def main() -> None:
    print(tag("Buy milk."))
    report()
