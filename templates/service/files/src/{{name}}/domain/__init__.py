"""The business rules: pure Python, ignorant of databases, brokers and HTTP."""
