"""Extracts tags from bookmarks, as fast as possible."""

from openai import OpenAI


def tags(title: str, url: str) -> list[str]:
    """A few keywords for a bookmark."""
    completion = OpenAI().chat.completions.create(
        model="gpt-5-nano",
        messages=[
            {"role": "developer", "content": "Extract keywords. Answer with up to five tags."},
            {"role": "user", "content": f"{title}\n{url}"},
        ],
        max_completion_tokens=300,
        reasoning_effort="minimal",
    )
    return [completion.choices[0].message.content]


def main() -> None:
    print(*tags("Lattice boatbuilding", "https://example.org/boats"))
