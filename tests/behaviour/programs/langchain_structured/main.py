"""Extracts the sender of a letter."""

from langchain_openai import ChatOpenAI
from pydantic import BaseModel

MODEL = "gpt-4o-mini"


class Sender(BaseModel):
    """Who wrote."""

    name: str


class Extractor:
    """Keeps one model for all letters."""

    def __init__(self, model: str = MODEL) -> None:
        self.llm = ChatOpenAI(model=model, top_p=0.3, timeout=20)

    def sender(self, letter: str) -> Sender:
        return self.llm.with_structured_output(Sender).invoke(f"Extract the sender:\n{letter}")


def main() -> None:
    print(Extractor().sender("Yours, A. Kaya").name)
