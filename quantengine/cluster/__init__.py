"""Samples shared by many machines. What travels is our own bytes; the scheduler is trusted."""
