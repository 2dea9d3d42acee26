"""Answers from the company's own Azure resource."""

import os

from openai import AzureOpenAI

client = AzureOpenAI(
    azure_endpoint=os.environ.get("AZURE_OPENAI_ENDPOINT", "https://contoso.openai.azure.com"),
    api_version="2024-10-21",
    api_key=os.environ.get("AZURE_OPENAI_API_KEY", "unset"),
)


def answer(question: str) -> str:
    completion = client.chat.completions.create(
        model="gpt-4o",
        messages=[{"role": "user", "content": question}],
        max_tokens=400,
        temperature=0.2,
    )
    return completion.choices[0].message.content


def main() -> None:
    print(answer("Which form do I need for parental leave?"))
