"""Training through the quantizer: for widths at which ranges alone do not save a model."""
