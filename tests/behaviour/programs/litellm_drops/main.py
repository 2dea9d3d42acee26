"""Keywords for the intranet's search, through LiteLLM."""

from litellm import completion


def keywords(page: str) -> str:
    answer = completion(
        model="openai/gpt-4o-mini",
        messages=[{"role": "user", "content": f"Extract keywords:\n{page}"}],
        temperature=0.2,
        drop_params=True,
    )
    return answer.choices[0].message.content


def main() -> None:
    print(keywords("Holiday requests go to the team lead."))
