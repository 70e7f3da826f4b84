"""Array kernels (numba) for what SQL cannot say: bootstrap, disruption, weighted medians."""
