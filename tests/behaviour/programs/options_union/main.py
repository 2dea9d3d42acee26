"""Works through scanned mail."""

from openai import OpenAI
from tasks import TASKS, options_for

client = OpenAI()


def work_on(kind: str, text: str) -> str:
    prompt = TASKS[kind]["prompt"]
    messages = [{"role": "system", "content": prompt}, {"role": "user", "content": text}]
    return client.chat.completions.create(messages=messages, **options_for(kind)).choices[0].message.content


def main() -> None:
    papers = {
        "invoice": "Stadtwerke, 84.20 EUR, due 1 June",
        "letter": "Dear Sirs, the heating is cold again.",
    }
    for kind, text in papers.items():
        print(f"{kind}: {work_on(kind, text)}")
