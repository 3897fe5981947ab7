"""Where the time of a run goes, node by node, and what makes an integer file slow."""
