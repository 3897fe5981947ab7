"""Everything that is known of a quantized model as one page that needs nothing beside it."""
