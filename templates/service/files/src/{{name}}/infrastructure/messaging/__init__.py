"""Events, told to other services over the broker."""
