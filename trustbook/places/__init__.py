"""Where the bytes of a workbook stand."""
