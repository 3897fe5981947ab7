"""Recovery: what lifts a quantized network back towards its float original."""
