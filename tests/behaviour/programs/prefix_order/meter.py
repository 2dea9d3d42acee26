"""What a request's input costs; dated ids are priced as their family."""

USD_PER_MILLION = [
    ("gpt-5-mini", 0.25),
    ("gpt-5", 1.25),
    ("gpt-4.1", 2.00),
]


def input_price(model: str) -> float:
    for prefix, price in USD_PER_MILLION:
        if model.startswith(prefix):
            return price
    raise ValueError(f"no price for {model}")
