"""The offices' forms, one file each: a form says which columns and rows it has; `sheets` writes them.

Their words are literally those of the offices, in Chinese whatever language the interface is shown in.
"""
