"""What the engine knows of each ONNX operator, one family a file."""
