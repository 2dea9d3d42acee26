"""A helpdesk chat."""

from openai import OpenAI


def tokens(messages: list[dict[str, str]]) -> int:
    return sum(len(message["content"]) // 4 for message in messages)


def chat(messages: list[dict[str, str]]) -> str:
    while tokens(messages) > 120_000:
        messages.pop(1)
    completion = OpenAI().chat.completions.create(model="gpt-4o", messages=messages)
    return completion.choices[0].message.content


def main() -> None:
    messages = [{"role": "system", "content": "Answer shortly."}]
    messages += [{"role": "user", "content": "one two six ten " * 5_000} for _ in range(8)]
    print(chat(messages))
