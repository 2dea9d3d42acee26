"""Titles come from Azure, legal readings from the API."""

from openai import AzureOpenAI, OpenAI

azure = AzureOpenAI(
    azure_endpoint="https://contoso.openai.azure.com", api_version="2024-10-21", api_key="from-the-vault"
)
public = OpenAI()


def title(text: str) -> str:
    completion = azure.chat.completions.create(
        model="gpt-4o-mini",
        messages=[{"role": "user", "content": f"Title for: {text}"}],
        max_tokens=90,
    )
    return completion.choices[0].message.content


def legal_reading(text: str) -> str:
    completion = public.chat.completions.create(
        model="gpt-4o",
        messages=[{"role": "system", "content": "You are a lawyer."}, {"role": "user", "content": text}],
        max_tokens=3000,
        temperature=0,
    )
    return completion.choices[0].message.content


def main() -> None:
    clause = "The lender bears the costs of maintenance."
    print(title(clause))
    print(legal_reading(clause))
