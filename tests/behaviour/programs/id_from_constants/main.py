"""Checks a bid: a quick filter, then the thorough reading."""

import ai as models
from ai import STRONG as DEEP_MODEL
from openai import OpenAI

client = OpenAI()


def ask(model: str, prompt: str, limit: int) -> str:
    completion = client.chat.completions.create(
        model=model, messages=[{"role": "user", "content": prompt}], max_tokens=limit
    )
    return completion.choices[0].message.content


def main() -> None:
    print(ask(models.FAST, "Is this a bid or an advertisement? One word: ...", 25))
    print(ask(DEEP_MODEL, "Analyse the legal risks of every clause in this contract: ...", 4000))
