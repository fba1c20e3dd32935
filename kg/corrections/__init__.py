"""What people correct in records: the values, their file, and how they are applied again after every extraction."""
