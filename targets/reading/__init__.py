"""Reads typed or pasted text into values, or refuses it and names the fault. Pure Python."""
