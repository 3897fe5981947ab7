"""The window: PySide6 and pyqtgraph over the engine, no numerics of its own."""
