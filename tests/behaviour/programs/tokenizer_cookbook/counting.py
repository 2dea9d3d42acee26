"""Token counts of messages, after the vendor's cookbook."""

import tiktoken


def num_tokens_from_messages(messages: list[dict], model: str) -> int:
    """Tokens that a list of messages uses."""
    if model in {"gpt-4o-mini", "gpt-4o"}:
        tokens_per_message, tokens_per_name = 3, 1
    elif model.startswith("gpt-3.5-turbo"):
        tokens_per_message, tokens_per_name = 4, -1
    else:
        raise NotImplementedError(f"num_tokens_from_messages() is not implemented for model {model}.")
    encoding = tiktoken.encoding_for_model(model)
    count = 3
    for message in messages:
        count += tokens_per_message
        for key, value in message.items():
            count += len(encoding.encode(value))
            if key == "name":
                count += tokens_per_name
    return count
