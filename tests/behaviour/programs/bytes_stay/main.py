"""Summarises uploaded text files of up to 128 kB."""

from openai import OpenAI

MAX_UPLOAD_BYTES = 128_000


def accept(data: bytes) -> str:
    if len(data) > MAX_UPLOAD_BYTES:
        data = data[:MAX_UPLOAD_BYTES]
    return data.decode(errors="ignore")


def summarise(data: bytes) -> str:
    completion = OpenAI().chat.completions.create(
        model="gpt-4o-mini",
        messages=[{"role": "user", "content": f"Summarise: {accept(data)}"}],
        max_tokens=200,
    )
    return completion.choices[0].message.content


def main() -> None:
    print(summarise(b"one two six ten " * 10_000))
