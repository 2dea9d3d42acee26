"""What tests expect of values that edits change."""
