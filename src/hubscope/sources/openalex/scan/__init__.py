"""The scanner: lines of JSON into integer rows, 64 bytes at a time (numba).

In the order of the work: `simd`, `tokens`, `names` and `fields`, `objects`, `authors` and `lists`,
`record`, `lines`; `rows` is where it puts what it finds. A kernel that was compiled is kept until
one of these files changes: `compiled`.
"""
