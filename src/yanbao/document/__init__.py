"""The document tree, its theme, its layout and its JSON form."""
