"""Labels a year of support tickets, chunk by chunk."""

from openai import OpenAI

client = OpenAI()
CHUNK_TOKENS = 250_000


def chunks(text: str) -> list[str]:
    size = CHUNK_TOKENS * 4
    return [text[at : at + size] for at in range(0, len(text), size)]


def labels(tickets: str) -> list[str]:
    return [client.responses.create(model="gpt-5-mini", input=part).output_text for part in chunks(tickets)]


def main() -> None:
    print(len(labels("one two six ten " * 80_000)), "labels")
