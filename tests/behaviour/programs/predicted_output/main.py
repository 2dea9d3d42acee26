"""Applies small edits to source files with predicted outputs."""

from openai import OpenAI

SOURCE = "def area(r):\n    return 3.14 * r * r\n"


def edit(source: str, wish: str) -> str:
    completion = OpenAI().chat.completions.create(
        model="gpt-4o",
        messages=[
            {"role": "system", "content": "Edit the code as asked. Answer with the whole file."},
            {"role": "user", "content": f"{wish}\n\n{source}"},
        ],
        prediction={"type": "content", "content": source},
    )
    return completion.choices[0].message.content


def main() -> None:
    print(edit(SOURCE, "Use math.pi."))
