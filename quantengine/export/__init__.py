"""Quantized models as files: written beside, run, compared, and only then given their name."""
