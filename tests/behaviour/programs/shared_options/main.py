"""Two models for one catalogue."""

from openai import OpenAI

COMMON = {"max_tokens": 300, "temperature": 0.3, "user": "catalogue"}
client = OpenAI()


def headline(article: str) -> str:
    messages = [{"role": "user", "content": f"Headline for: {article}"}]
    return (
        client.chat.completions.create(model="gpt-4.1", messages=messages, **COMMON)
        .choices[0]
        .message.content
    )


def keywords(article: str) -> str:
    messages = [{"role": "user", "content": f"Extract keywords: {article}"}]
    done = client.chat.completions.create(model="gpt-4o-mini", messages=messages, **COMMON)
    return done.choices[0].message.content


def main() -> None:
    print(headline("bird box"))
    print(keywords("bird box"))
