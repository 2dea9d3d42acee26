"""The folder that stands first on the path of the recorded program; it holds `sitecustomize` alone."""
