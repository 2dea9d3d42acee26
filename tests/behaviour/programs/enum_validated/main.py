"""Chat with the customer's choice."""

from choices import DEFAULT, ChatModel
from openai import OpenAI


def chat(text: str, wanted: str = DEFAULT) -> str:
    model = ChatModel(wanted)
    completion = OpenAI().chat.completions.create(
        model=model.value, messages=[{"role": "user", "content": text}], max_tokens=50
    )
    return completion.choices[0].message.content


def main() -> None:
    print(chat("Do you deliver on Saturdays?"))
    print(ChatModel("gpt-4.1"))
