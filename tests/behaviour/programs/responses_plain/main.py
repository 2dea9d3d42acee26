"""Research notes on a question, with sources named."""

from openai import OpenAI

RESEARCH_MODEL = "gpt-4o"


def research(question: str) -> str:
    """Plan the search, reason over it, write the note."""
    client = OpenAI()
    response = client.responses.create(
        model=RESEARCH_MODEL,
        instructions="You are a research agent. Reason step by step and name your sources.",
        input=question,
        max_output_tokens=2500,
        temperature=0.2,
        top_p=0.8,
        store=False,
    )
    return response.output_text


def main() -> None:
    print(research("Which bridges over the Elbe were rebuilt after 1990?"))
