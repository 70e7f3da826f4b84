"""hubscope: read a plan, measure its hub, say how far it has come and how sure that is."""

__version__ = "0.1.0"
