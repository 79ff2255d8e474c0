"""What each operation does with the database, once its request has been checked.

A handler takes a `Call` and gives the answer's members; `registry.py` lists them all.
"""
