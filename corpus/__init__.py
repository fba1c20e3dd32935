"""The corpus: marked texts, and the reader that turns them into plain values."""
