"""What is right for each sample, beyond classes: boxes, masks, texts, pairs."""
