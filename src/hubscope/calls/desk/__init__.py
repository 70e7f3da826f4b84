"""Where steps are taken: one way in for the pages, the API and the command line."""
