"""Short summaries with a short timeout, and the raw answer for the audit log."""

from openai import OpenAI

client = OpenAI(max_retries=0)
SUMMARY_MODEL = "gpt-4o-mini"


def summarise(text: str) -> str:
    quick = client.with_options(timeout=5.0, max_retries=1)
    completion = quick.chat.completions.create(
        model=SUMMARY_MODEL,
        messages=[{"role": "user", "content": f"Summarise briefly: {text}"}],
        max_tokens=150,
    )
    return completion.choices[0].message.content


def audited(text: str) -> int:
    raw = client.chat.completions.with_raw_response.create(
        model=SUMMARY_MODEL,
        messages=[{"role": "user", "content": f"Summarise briefly: {text}"}],
        max_tokens=150,
    )
    assert raw.parse().choices
    return raw.status_code


def main() -> None:
    print(summarise("The river rose by two metres overnight."))
    print(audited("The river fell again."))
