"""One pyqtgraph item each."""
