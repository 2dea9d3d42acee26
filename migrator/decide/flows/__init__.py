"""Where values go: forwards, over the whole program, step by step."""
