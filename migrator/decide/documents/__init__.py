"""Data files and code examples: read and edited like code, where the settings say so."""
