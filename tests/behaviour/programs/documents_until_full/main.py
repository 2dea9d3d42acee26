"""Answers from all the minutes that fit into one request."""

from openai import OpenAI

client = OpenAI()


def size(minutes: str) -> int:
    return len(minutes) // 4


def gather(archive: list[str]) -> str:
    used, kept = 0, []
    for minutes in archive:
        if used + size(minutes) > 120_000:
            break
        used += size(minutes)
        kept.append(minutes)
    return "\n".join(kept)


def answer(question: str, archive: list[str]) -> str:
    completion = client.chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": f"{gather(archive)}\n\n{question}"}]
    )
    return completion.choices[0].message.content


def main() -> None:
    print(answer("When was the roof last repaired?", ["one two six ten " * 5_000] * 8))
