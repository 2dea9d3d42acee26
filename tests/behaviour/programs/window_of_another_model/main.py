"""The archive's search keeps its model; the chat moves."""

from openai import OpenAI

ARCHIVE_MODEL = "gpt-4-turbo"
ARCHIVE_WINDOW = 128_000  # gpt-4-turbo
CHAT_MODEL = "gpt-4o"
client = OpenAI()


def search(archive: str) -> str:
    text = archive[: (ARCHIVE_WINDOW - 8_000) * 4]
    completion = client.chat.completions.create(
        model=ARCHIVE_MODEL, messages=[{"role": "user", "content": text}], max_tokens=700
    )
    return completion.choices[0].message.content


def chat(text: str) -> str:
    completion = client.chat.completions.create(
        model=CHAT_MODEL, messages=[{"role": "user", "content": text}], max_tokens=700
    )
    return completion.choices[0].message.content


def main() -> None:
    print(search("one two six ten " * 40_000))
    print(chat("What did you find?"))
