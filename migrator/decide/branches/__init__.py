"""Code whose outcome depends on a model's name: judged for the old name and the new."""
