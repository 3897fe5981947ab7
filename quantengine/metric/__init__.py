"""A person's own figure: a function in a file, called in a process of its own."""
