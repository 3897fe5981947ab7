"""What outputs are for: how each kind of network is judged by its own figures.

Task: a kind of outputs, an entry of the registry. Subject: the float outputs that a task is guessed
from. Reader: outputs of one sample to Marks, small arrays of what counts in it. Measure: from the
marks of all samples to a figure. TaskFigure: what came of it, beside the float network.
"""
