"""Small networks of other tasks than classification, trained on drawn data."""
