"""What quantization did to a model: measured, compared, explained."""
