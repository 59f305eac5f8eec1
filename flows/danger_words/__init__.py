"""What danger sounds like: the pattern files, how their small language is read, and how texts are spelt out."""
