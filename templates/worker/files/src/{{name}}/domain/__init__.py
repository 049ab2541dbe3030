"""The rules, and the ports to the outside: pure Python."""
