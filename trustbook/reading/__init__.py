"""From a snapshot of a workbook to the records of a book: where lists stand, what cells say, who is
meant.
"""
