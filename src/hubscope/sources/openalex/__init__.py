"""OpenAlex snapshots: part files of JSON lines or Parquet, 2026 layout or older, into the star.

The same four functions as every source, for files that do not fit in memory: `layout.parts` finds
and hashes the bytes, `lines.chunks` reads them piece by piece, `check.fault` says what is wrong
with a record, `flat.flatten` gives the tables of `sources.star`.
"""
