"""The chat service's router."""

from litellm import Router

MODELS = [
    {
        "model_name": "chat",
        "litellm_params": {"model": "openai/gpt-4o-mini", "temperature": 0.5, "timeout": 20},
    },
    {"model_name": "spare", "litellm_params": {"model": "openai/gpt-4.1", "timeout": 20}},
]
router = Router(model_list=MODELS, num_retries=0)


def reply(history: list[dict]) -> str:
    """One turn of the chat."""
    messages = [{"role": "system", "content": "You are a helpful assistant."}, *history]
    answer = router.completion(model="chat", messages=messages)
    return answer.choices[0].message.content


def main() -> None:
    print(reply([{"role": "user", "content": "When do you open?"}]))
