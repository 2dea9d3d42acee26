"""Completes unit tests for the editor plugin."""

from openai import OpenAI

client = OpenAI()
MODEL = "gpt-4o"


def complete_code(prefix: str) -> str:
    """Code completion up to the next function."""
    completion = client.chat.completions.create(
        model=MODEL,
        messages=[
            {"role": "system", "content": "You are a coding assistant. Continue the Python code."},
            {"role": "user", "content": prefix},
        ],
        stop=["\ndef ", "\nclass "],
    )
    return completion.choices[0].message.content


def explain(code: str) -> str:
    completion = client.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": f"Explain this code:\n{code}"}], stop="###"
    )
    return completion.choices[0].message.content


def main() -> None:
    print(complete_code("def test_sum():\n"))
    print(explain("assert sum([]) == 0"))
