"""Points and names into hubs: sets of places, institutions in them, clusters found by density."""

from hubscope.places.clusters import Clusters, cluster, find_clusters
from hubscope.places.members import Place, assign, read_places

__all__ = ["Clusters", "Place", "assign", "cluster", "find_clusters", "read_places"]
