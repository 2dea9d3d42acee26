"""Routes a question to the right department."""

from openai import OpenAI

DEPARTMENTS = "citizens' office, building authority, tax office"


def route(question: str) -> str:
    response = OpenAI().responses.create(
        model="gpt-5-mini",
        instructions=f"Route the question to one of: {DEPARTMENTS}. Answer with its name only.",
        input=question,
        reasoning={"effort": "minimal"},
        text={"verbosity": "low"},
        max_output_tokens=400,
    )
    return response.output_text


def main() -> None:
    print(route("I want to register my dog."))
