"""Answers with an allowed model; answers in the archive must be of allowed models too."""

from openai import OpenAI
from resources import resource

ALLOWED = resource("allowed.json")
ARCHIVE = [("What is up?", "gpt-" + "4o")]


def checked(model: str) -> str:
    if model not in ALLOWED["chat"]:
        raise PermissionError(f"{model} is not allowed")
    return model


def answer(question: str, model: str = "gpt-4o") -> str:
    completion = OpenAI().chat.completions.create(
        model=checked(model), messages=[{"role": "user", "content": question}]
    )
    return completion.choices[0].message.content


def main() -> None:
    print(answer("hello"))
    print("archived answers:", sum(1 for _, model in ARCHIVE if checked(model)))
