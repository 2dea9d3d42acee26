"""Tags photos' captions with the cheap tier."""

from openai import OpenAI


def tags(caption: str) -> str:
    completion = OpenAI().chat.completions.create(
        model="gpt-4o-mini",
        messages=[{"role": "user", "content": f"Extract keywords: {caption}"}],
        extra_body={"service_tier": "flex", "stop": ["\n"]},
    )
    return completion.choices[0].message.content


def main() -> None:
    print(tags("Heron over the reeds at dawn"))
