"""Invoices of the past months, in USD."""

PAID = {
    "2026-09": {"gpt-4o": 412.18, "gpt-4o-mini": 33.07},
    "2026-08": {"gpt-4o": 388.90},
}
