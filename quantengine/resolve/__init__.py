"""Plan and statistics to encodings: the one room where decisions meet statistics."""
