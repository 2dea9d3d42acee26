"""Writes code with one model and reviews it with another."""

from openai import OpenAI

MODELS = {"draft": "gpt-5", "review": "gpt-5.5"}
TIMEOUTS = {"gpt-5": 30, "gpt-5.5": 30}
client = OpenAI()


def run(role: str, text: str, **options) -> str:
    model = MODELS[role]
    completion = client.chat.completions.create(
        model=model, messages=[{"role": "user", "content": text}], timeout=TIMEOUTS[model], **options
    )
    return completion.choices[0].message.content


def main() -> None:
    print("draft:", run("draft", "Write a parser for complex nested configuration files."))
    print("review:", run("review", "Review the parser.", reasoning_effort="high"))
    print("seconds:", TIMEOUTS[MODELS["draft"]])
