"""The world into raw tables: one file a source, each with the same four functions.

`raw` reads bytes and their hash and nothing more; `read` turns them into rows; `check` lists every
fault with file, line and column; `table` gives the rows as an Arrow table with a written schema.
"""
