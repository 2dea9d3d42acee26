"""Which variant suits a call: evidence, constraints, costs, suggestions."""
