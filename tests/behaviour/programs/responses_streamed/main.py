"""A chat assistant for the library's web page."""

from openai import OpenAI

ASSISTANT = {"model": "gpt-4o", "instructions": "You are a helpful assistant of the city library."}


def chat_answer(question: str) -> list[str]:
    pieces = []
    with OpenAI().responses.stream(
        input=question, max_output_tokens=900, temperature=0.4, **ASSISTANT
    ) as stream:
        for event in stream:
            if event.type == "response.output_text.delta":
                pieces.append(event.delta)
    return pieces


def main() -> None:
    print("|".join(chat_answer("How long may I keep a book?")))
