"""What people typed or pasted becomes values, or a refusal that names what is wrong. Pure Python."""
