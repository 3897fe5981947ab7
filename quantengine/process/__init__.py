"""The one door to child processes: starts, feeds, limits and ends them.

What goes through is our own bytes, a JSON object and arrays; nothing of it can be run.
"""
