"""Due diligence over a data room."""

from openai import OpenAI

MODEL = "gpt-4o"
CONTEXT_WINDOW = 128_000


def due_diligence(documents: list[str]) -> str:
    """Legal risks in all contracts at once."""
    text = "\n\n".join(documents)[: (CONTEXT_WINDOW - 2_000) * 4]
    completion = OpenAI().chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": f"List the legal risks in these contracts:\n{text}"}],
    )
    return completion.choices[0].message.content


def main() -> None:
    print(due_diligence(["one two six ten " * 25_000] * 4))
