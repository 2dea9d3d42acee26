"""Chat on the company's Azure resource."""

from openai import AzureOpenAI

DEPLOYMENTS = {"gpt-4o": "gpt-4o-prod-weu", "gpt-4o-mini": "gpt-4o-mini"}
client = AzureOpenAI(azure_endpoint="https://contoso.openai.azure.com", api_version="2024-10-21", api_key="k")


def chat(text: str, model: str = "gpt-4o") -> str:
    deployment = DEPLOYMENTS[model]
    print(deployment)
    completion = client.chat.completions.create(
        model=deployment, messages=[{"role": "user", "content": text}]
    )
    return completion.choices[0].message.content


def main() -> None:
    print(chat("hello"))
