"""What a network's tensors hold: single-pass, mergeable statistics."""
