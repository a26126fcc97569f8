"""Indexes: the nearest rows of a vector, and those that share most of a print."""

import os

# OpenMP reads this once, as faiss is loaded. Threads that spin while they wait take the processor from one
# another and from all others: on two busy cores the graph then grows at a third of the rate.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
