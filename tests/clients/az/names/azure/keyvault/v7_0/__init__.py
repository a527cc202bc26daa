"""What az asks of version 7.0's own names."""
