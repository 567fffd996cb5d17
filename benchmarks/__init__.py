"""What is fast and how accurate, reproducible by one command: ratios against a named reference."""
