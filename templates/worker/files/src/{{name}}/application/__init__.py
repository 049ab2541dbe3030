"""The use cases: what is done, in terms of the domain and its ports."""
