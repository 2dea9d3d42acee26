"""A chatbot for the shell."""

import click
from openai import OpenAI


@click.command()
@click.option("--model", "-m", default="gpt-4o", show_default=True, envvar="SHELL_BOT_MODEL")
@click.option("--mood", type=float, default=0.8)
@click.argument("question", default="Tell me a joke about shells.")
def chat(model: str, mood: float, question: str) -> None:
    """Chat with the assistant in the terminal."""
    stream = OpenAI().chat.completions.create(
        model=model,
        messages=[
            {"role": "system", "content": "You are a friendly chatbot in a terminal."},
            {"role": "user", "content": question},
        ],
        temperature=mood,
        stream=True,
    )
    words = [chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices]
    click.echo(" ".join(word for word in words if word))


def main() -> None:
    chat(standalone_mode=False, args=[])
