"""Hostile files put through the command line: what makes them, what runs them, what it counts."""
