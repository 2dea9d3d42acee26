"""Tests of the scanned program on names of models, evaluated within bounds; nothing of it is run."""
