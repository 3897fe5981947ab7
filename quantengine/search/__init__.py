"""Which widths a network needs: mixed precision within a budget."""
