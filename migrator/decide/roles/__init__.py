"""What each occurrence of a model id is in the program, and what a migration may do with it."""
