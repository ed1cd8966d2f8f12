"""Reports for managers: figures worked out of sums, as tables and pictures, and how they are written down. No I/O."""
