# The team has written another one.
