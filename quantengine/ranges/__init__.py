"""Range methods: what was seen of a tensor and a wanted grid give the range to quantize."""
