"""Prices in USD per million tokens: input, output."""

PRICES = {
    "gpt-4o": (2.50, 10.00),
    "gpt-4.1": (2.00, 8.00),
}


def cost(model: str, given: int, made: int) -> float:
    price_in, price_out = PRICES[model]
    return (given * price_in + made * price_out) / 1_000_000
