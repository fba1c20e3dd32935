"""Pages of made-up papers with what is to be read from them."""
