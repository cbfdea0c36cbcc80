"""Facts: quantities and texts with an id and a lineage."""
