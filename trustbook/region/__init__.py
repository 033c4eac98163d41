"""Counts of many books: what one gives away, signed; and what a region may say of all of them.

Order of work: counts.count_book → few.limit_status (hides in one book) → signing.sign, a file of
each book; files.read_file → adding.add_up (hides over the total) → wording and forms.
"""
