"""Drafts locally, polishes with the API."""

from openai import OpenAI

LOCAL = OpenAI(base_url="http://localhost:11434/v1", api_key="ollama")
API = OpenAI()


def draft(note: str) -> str:
    completion = LOCAL.chat.completions.create(
        model="llama3.1",
        messages=[{"role": "user", "content": f"Draft a mail: {note}"}],
        max_tokens=128,
        temperature=0,
    )
    return completion.choices[0].message.content


def polish(mail: str) -> str:
    completion = API.chat.completions.create(
        model="gpt-4o",
        messages=[{"role": "user", "content": f"Improve the wording of this mail: {mail}"}],
        max_tokens=128,
        temperature=0,
    )
    return completion.choices[0].message.content


def main() -> None:
    text = draft("lift broken, technician on Friday")
    print(text)
    print(polish(text))
