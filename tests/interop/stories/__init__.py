"""What is checked, a story in each file."""
