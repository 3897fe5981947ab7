"""What a network's tensors hold: single-pass, mergeable statistics.

A tap is a tensor to observe. A stage is a run of nodes whose taps are observed while they are in
cache, a station that stage at one worker. A sample is one item of the data; a group, or replicate,
is those samples whose names fall together, counted apart. Statistics are of one tensor, a table
holds those of all taps, and the samples they are of; a collector makes them, gathered is what one
worker has so far. A sweep of values takes them in once; a block is where they lie meanwhile.
"""
