"""An existing spreadsheet with its own headers and habits: what to read it as, said with reasons,
done when asked.
"""
