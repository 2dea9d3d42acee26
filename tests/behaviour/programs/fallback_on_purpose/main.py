"""Answers with the new model, and with the previous generation while that one is down."""

from openai import OpenAI, OpenAIError

PRIMARY = "gpt-5.5"
FALLBACK_MODEL = "gpt-5"  # deliberately the old generation: another capacity pool
client = OpenAI(max_retries=0)


def ask(model: str, text: str) -> str:
    completion = client.chat.completions.create(model=model, messages=[{"role": "user", "content": text}])
    return completion.choices[0].message.content


def answer(text: str) -> str:
    try:
        return ask(PRIMARY, text)
    except OpenAIError:
        return ask(FALLBACK_MODEL, text)


def main() -> None:
    print(answer("Is the server up?"))
    print(ask(FALLBACK_MODEL, "Are you there?"))
