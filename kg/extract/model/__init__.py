"""The shipped attribution model: its files, its card, and the words that it reads."""
