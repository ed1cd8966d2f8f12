"""Files that people write: strict YAML with places, and paths that stay under their root."""
