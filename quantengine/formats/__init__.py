"""Numbers: integer types, granularity, encodings, integer arithmetic, error metrics."""
