"""Every request that a call can make, and what a model refuses of it."""
