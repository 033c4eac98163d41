"""What leaves the book for people who do not open it: lists, calendars, cards, letters."""
