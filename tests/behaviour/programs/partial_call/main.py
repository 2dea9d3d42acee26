"""Sorts incoming mail by intent."""

from functools import partial

from openai import OpenAI

LABELS = ("billing", "outage", "moving house", "other")

classify_call = partial(OpenAI().chat.completions.create, model="gpt-4o-mini", max_tokens=20, temperature=0)


def classify(mail: str) -> str:
    """The intent of one mail."""
    messages = [
        {"role": "system", "content": f"Classify the mail. Answer with one of: {', '.join(LABELS)}."},
        {"role": "user", "content": mail},
    ]
    return classify_call(messages=messages).choices[0].message.content


def main() -> None:
    mails = {"billing": "Why did I pay twice?", "outage": "No power since noon."}
    for expected, mail in mails.items():
        print(f"{expected}: {classify(mail)}")
