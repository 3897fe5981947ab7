"""How good a quantized network is: its outputs against those of the float file.

Reading: how an output is compared (what of it counts). Record: what one sample showed. Verdict: the
figures of all records, whatever way the samples were split. Figure: the number of a verdict that
somebody follows. Reference: the float results, and the one place where outputs are compared.
"""
