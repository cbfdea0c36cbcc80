"""Documents that others made: a file -> pages of prose and tables with places, one module per format."""
