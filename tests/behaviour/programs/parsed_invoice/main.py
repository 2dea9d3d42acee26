"""Reads supplier and amount out of invoices."""

from openai import OpenAI
from pydantic import BaseModel


class Line(BaseModel):
    """One position."""

    article: str
    amount: float


class Invoice(BaseModel):
    """What accounting needs."""

    supplier: str
    lines: list[Line]


def read_invoice(text: str) -> Invoice:
    completion = OpenAI().chat.completions.parse(
        model="gpt-4o-2024-08-06",
        messages=[
            {"role": "system", "content": "Extract the supplier and every line of the invoice."},
            {"role": "user", "content": text},
        ],
        response_format=Invoice,
        max_completion_tokens=1000,
        temperature=0,
    )
    invoice = completion.choices[0].message.parsed
    assert invoice is not None
    return invoice


def main() -> None:
    invoice = read_invoice("Stadtwerke Nord, 12 m3 water, 41.20 EUR")
    print(invoice.supplier, invoice.lines[0].amount)
