"""Reads the minutes of the council's committees."""

from caps import cap_for, room_for
from openai import OpenAI


def read(model: str, text: str) -> str:
    completion = OpenAI().chat.completions.create(
        model=model,
        messages=[{"role": "user", "content": text[: room_for(model) * 4]}],
        max_tokens=cap_for(model),
    )
    return completion.choices[0].message.content


def main() -> None:
    print(read("gpt-4o", "one two six ten " * 37_500))
    print(read("gpt-4o-mini", "one two six ten " * 250))
    print(room_for("davinci"), room_for("gpt-4"))
