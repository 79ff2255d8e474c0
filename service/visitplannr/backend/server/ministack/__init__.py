"""Everything of MiniStack that is not its ASGI interface is used in this package only.

`seams.py` lists what; a test fails when the installed MiniStack differs from it.
"""
