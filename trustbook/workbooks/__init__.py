"""One workbook behind one seam, whatever program keeps it."""

from trustbook.workbooks.registry import open_workbook

__all__ = ["open_workbook"]
