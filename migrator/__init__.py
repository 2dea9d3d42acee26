"""Move a Python codebase from GPT-4o/GPT-5 to the GPT-5.5 family."""

__version__ = "0.1.0"
