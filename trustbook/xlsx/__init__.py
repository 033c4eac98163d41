"""The Excel file format: bytes in, bytes out, nothing lost."""
