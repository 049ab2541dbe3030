"""The use cases: what can be done, in terms of the domain and its ports."""
