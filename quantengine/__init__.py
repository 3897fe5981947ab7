"""Quantization engine: calibrate, plan, simulate, analyze, recover and export ONNX models."""
