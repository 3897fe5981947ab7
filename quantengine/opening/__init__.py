"""A model opened and compared with the file it came from."""
