"""Which files are worth reading: walking folders, and the bytes test."""
