"""Summarises log files; halves what is too long."""

from openai import BadRequestError, OpenAI

client = OpenAI()


def summarise(log: str) -> str:
    try:
        completion = client.chat.completions.create(
            model="gpt-4o-mini", messages=[{"role": "user", "content": f"Summarise: {log}"}]
        )
    except BadRequestError as error:
        if error.code != "context_length_exceeded":
            raise
        print("shortened")
        return summarise(log[: len(log) // 2])
    return completion.choices[0].message.content


def main() -> None:
    print(summarise("one two six ten " * 35_000))
