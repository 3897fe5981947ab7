"""ONNX in: load and check, layers and tensors, what is quantizable and why not, folding."""
