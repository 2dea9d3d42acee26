"""Move a Python codebase from GPT-4o/GPT-5 to the GPT-5.5 family."""

try:
    from migrator._version import version
except ImportError:  # a checkout that was never built
    version = "0.1.0"

__version__: str = version
