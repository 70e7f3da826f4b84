"""The OpenAlex API for one hub or one field: asked politely, kept as raw pages, loaded as a part.

`asked` says what is asked for, `client` asks once and well, `pages` keeps every page under its
hash and goes on after a kill, `lines` makes of them the part file that the snapshot's reader reads.
Nothing here runs unless the user names this source.
"""
