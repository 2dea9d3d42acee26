"""What the calls of a program really do: `record` runs it and writes one line a request."""
