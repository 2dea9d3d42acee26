"""Describes damage on photos of returned goods."""

import base64

from openai import OpenAI

PIXEL = base64.b64encode(b"not really a photo").decode()


def describe_image(data: str) -> str:
    completion = OpenAI().chat.completions.create(
        model="gpt-4o-mini",
        messages=[
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "What damage do you see in the image?"},
                    {
                        "type": "image_url",
                        "image_url": {"url": f"data:image/png;base64,{data}", "detail": "low"},
                    },
                ],
            }
        ],
        max_tokens=300,
    )
    return completion.choices[0].message.content


def main() -> None:
    print(describe_image(PIXEL))
