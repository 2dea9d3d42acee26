"""Completions from a hosting company that resells models under the old names."""

from openai import OpenAI

hosted = OpenAI(base_url="https://llm.example-cloud.de/v1", api_key="hosted-key")


def complete(line: str) -> str:
    completion = hosted.chat.completions.create(
        model="gpt-4o",
        messages=[{"role": "user", "content": f"Complete the line: {line}"}],
        max_tokens=200,
        stop=["\n"],
    )
    return completion.choices[0].message.content


def main() -> None:
    print(complete("The quick brown"))
