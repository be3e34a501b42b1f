"""What bodies need, from draft to close."""
