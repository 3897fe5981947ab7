"""Models that real packages ship, quantized by the command line beside onnxruntime's quantizers."""
