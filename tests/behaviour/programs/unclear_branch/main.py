"""Two house styles; which model gets which was decided in a workshop."""

from openai import OpenAI

TERSE = "Answer in at most two sentences."
WARM = "Answer warmly, with an example."


def style(model: str) -> str:
    if model.startswith("gpt-4"):
        print("terse")
        return TERSE
    print("warm")
    return WARM


def chat(text: str, model: str = "gpt-4o") -> str:
    messages = [{"role": "system", "content": style(model)}, {"role": "user", "content": text}]
    return OpenAI().chat.completions.create(model=model, messages=messages).choices[0].message.content


def main() -> None:
    print(chat("Why is the sky blue?"))
