"""Tests and helpers that ask for a model's name, evaluated for one name in bounded steps; nothing of them is run."""
