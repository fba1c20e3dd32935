"""What the layout of a text tells, without its words being parsed: lines that frame the article and state nothing."""
