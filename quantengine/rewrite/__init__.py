"""Float model and encodings to quantized ONNX: one rewriter for simulation and export."""
