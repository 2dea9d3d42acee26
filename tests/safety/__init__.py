"""Nothing is ever damaged: what the tool promises about other people's files, tried out."""
