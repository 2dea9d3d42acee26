"""Request parameters: where they are given, and what becomes of them."""
