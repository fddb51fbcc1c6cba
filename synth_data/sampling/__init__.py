"""Samplers: each random thing is drawn from a NumPy generator as plain parameters, with no renderer in sight."""
