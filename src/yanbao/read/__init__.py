"""A file -> its contents: one module per format, the mirror of `render`, without any code of it."""
