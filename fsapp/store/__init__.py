"""The journal, the records folded from it, and the one writer."""
