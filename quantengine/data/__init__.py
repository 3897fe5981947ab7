"""Datasets, preprocessing and labels."""
