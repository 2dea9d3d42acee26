"""Many repositories: each is read, decided and planned on its own, then reported and rolled out together."""
