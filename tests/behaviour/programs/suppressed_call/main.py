"""A certified step of the medical device's software."""

from openai import OpenAI


def triage(symptoms: str) -> str:
    completion = (
        OpenAI().chat.completions.create(  # gpt55: ignore -- certified with this model until the audit
            model="gpt-4o",
            messages=[{"role": "user", "content": symptoms}],
            max_tokens=50,
            temperature=0,
        )
    )
    return completion.choices[0].message.content


def main() -> None:
    print(triage("headache, fever"))
