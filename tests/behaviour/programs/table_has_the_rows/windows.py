"""Windows, by model."""

WINDOWS = {
    "gpt-4o": 128_000,
    "gpt-4.1": 1_047_576,
    "gpt-5.5": 1_000_000,
    "gpt-5.5-instant": 512_000,
}
