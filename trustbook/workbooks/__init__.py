"""One workbook behind one small interface, whatever program keeps it."""
