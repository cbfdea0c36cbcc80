"""Adapters that bring data from outside into the store: files by a mapping, terminal exports, databases, vendors."""
