"""The `quantengine` command."""
