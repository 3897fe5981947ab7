"""What makes networks fail at 8 bits, found in graph and statistics before anything is judged.

Trap: what was found, as a value. Seen: what a finder looks at. Registry: one function a trap.
"""
