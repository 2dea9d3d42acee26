"""Labels support mails through LiteLLM."""

import litellm

PROVIDER = "openai"
MODEL_NAME = "gpt-4o"


def label(mail: str) -> str:
    """Sentiment and topic of a mail."""
    answer = litellm.completion(
        model=f"{PROVIDER}/{MODEL_NAME}",
        messages=[
            {"role": "system", "content": "Extract the topic and the sentiment of the mail."},
            {"role": "user", "content": mail},
        ],
        temperature=0.2,
        max_tokens=300,
    )
    return answer.choices[0].message.content


def main() -> None:
    print(label("The hinge broke after a week."))
