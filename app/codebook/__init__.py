"""Compiled code books: building them from official files and starter tables, reading and searching them."""
