"""Files as Qt names them, and as the system does."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote_to_bytes

from PySide6.QtCore import QUrl

_LOST = "\N{REPLACEMENT CHARACTER}"


def local_path(url: QUrl) -> Path:
    """The file a URL means; Qt itself loses what is no UTF-8 in its name."""
    if _LOST not in url.toLocalFile():
        return Path(url.toLocalFile())
    encoded = url.path(QUrl.ComponentFormattingOption.FullyEncoded)
    return Path(os.fsdecode(unquote_to_bytes(encoded)))


def stored_name(path: Path) -> str:
    """A name for settings, which lose what is no UTF-8: such a one becomes a URL."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return path.as_uri()
    return str(path)


def stored_path(name: str) -> Path:
    """The path of a `stored_name`."""
    return local_path(QUrl(name)) if name.startswith("file:") else Path(name)
