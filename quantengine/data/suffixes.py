"""How the names of files end that data is read from."""

from __future__ import annotations

IMAGES = (
    *(".png", ".jpg", ".jpeg", ".jfif", ".bmp", ".webp", ".tif", ".tiff", ".gif"),
    *(".avif", ".heic", ".heif"),
)
ARCHIVE = ".npz"
NPY = ".npy"
RAW = (".raw", ".bin")
"""Numbers and nothing else: type and shape must be said or guessed."""
SOUND = ".wav"
TABLES = (".csv", ".tsv")
ARRAY_FILES = (NPY, *RAW, SOUND)
"""One array a file."""
DATA = (ARCHIVE, *ARRAY_FILES, *TABLES, *IMAGES)
