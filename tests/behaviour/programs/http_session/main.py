"""Reviews the clauses of a lease."""

from client import Client

LEASE = "Clause 7: The tenant bears repairs of up to 100 EUR each. Clause 8: Notice is three months."


def main() -> None:
    print(Client().respond("You are a lawyer. List every clause that shifts liability.", LEASE))
