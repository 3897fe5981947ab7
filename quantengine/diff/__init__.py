"""Two files of one network: where another tool's quantized file goes wrong."""
