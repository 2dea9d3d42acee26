"""Sorts tickets and looks at their photos."""

from openai import OpenAI

MODEL = "gpt-4o-mini"
client = OpenAI()


def classify(text: str) -> str:
    completion = client.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": f"Classify the ticket: {text}"}], max_tokens=30
    )
    return completion.choices[0].message.content


def describe_image(url: str) -> str:
    content = [
        {"type": "text", "text": "What is broken in this image?"},
        {"type": "image_url", "image_url": {"url": url}},
    ]
    completion = client.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": content}], max_tokens=400
    )
    return completion.choices[0].message.content


def main() -> None:
    print(classify("The door does not close."))
    print(describe_image("https://example.org/door.jpg"))
