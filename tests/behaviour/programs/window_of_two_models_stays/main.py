"""Compares what a local model and the API read in a file."""

from openai import OpenAI

LOCAL = OpenAI(base_url="http://localhost:11434/v1", api_key="ollama")
API = OpenAI()
WINDOW = 128_000


def cut(text: str) -> str:
    return text[: WINDOW * 4]


def locally(text: str) -> str:
    completion = LOCAL.chat.completions.create(
        model="llama3.1", messages=[{"role": "user", "content": cut(text)}]
    )
    return completion.choices[0].message.content


def remotely(text: str) -> str:
    completion = API.chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": cut(text)}]
    )
    return completion.choices[0].message.content


def main() -> None:
    file = "one two six ten " * 40_000
    print(locally(file))
    print(remotely(file))
