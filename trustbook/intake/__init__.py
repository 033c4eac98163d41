"""What comes in: contacts found in calendars, lists and forms, as proposals that wait for a yes."""
