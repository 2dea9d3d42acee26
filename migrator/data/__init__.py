"""Data files (JSON, YAML, TOML) as trees that know where everything stands in the text."""
