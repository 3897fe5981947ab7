"""One dock or tab each."""
