"""Encodings of a candidate as the tables that other tools read, one format a file."""
