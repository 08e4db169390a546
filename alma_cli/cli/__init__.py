"""The command line: words in, one verb called, words out."""
