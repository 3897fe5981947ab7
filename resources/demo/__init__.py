"""The bundled demo: a small depthwise network, data it was not trained on, and their script."""
