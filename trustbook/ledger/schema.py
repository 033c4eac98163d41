"""The tables of a ledger, and what brings an older one up to date: plain SQL that other engines
know as well.
"""

from __future__ import annotations

from collections.abc import Mapping

SCHEMA = 3

# Columns called ``old`` and ``new`` hold the texts of merge/cell_codec.py; a BLOB is what packed.py
# packs.
TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE runs (run INTEGER PRIMARY KEY, at TEXT NOT NULL, today TEXT NOT NULL,
    what TEXT NOT NULL);
CREATE TABLE workbooks (address TEXT PRIMARY KEY, name TEXT NOT NULL, version TEXT NOT NULL,
    state BLOB NOT NULL);
CREATE TABLE stamps (address TEXT NOT NULL, token TEXT NOT NULL, run INTEGER NOT NULL,
    learned INTEGER NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (address, token, run));
CREATE TABLE row_parts (sheet TEXT NOT NULL, part INTEGER NOT NULL, spread INTEGER NOT NULL,
    held INTEGER NOT NULL, lines BLOB NOT NULL, PRIMARY KEY (sheet, part));
CREATE TABLE journal (n INTEGER PRIMARY KEY, run INTEGER NOT NULL, sheet TEXT NOT NULL,
    id TEXT NOT NULL, col TEXT, old TEXT, new TEXT, source TEXT NOT NULL, what TEXT NOT NULL);
CREATE INDEX journal_rows ON journal (sheet, id);
CREATE TABLE conflicts (sheet TEXT NOT NULL, id TEXT NOT NULL, col TEXT NOT NULL,
    sides TEXT NOT NULL, since TEXT NOT NULL, PRIMARY KEY (sheet, id, col));
CREATE TABLE facts (kind TEXT PRIMARY KEY, noted BLOB NOT NULL);
CREATE TABLE waiting (id TEXT PRIMARY KEY, entry TEXT NOT NULL, at TEXT NOT NULL);
CREATE TABLE staged (run INTEGER NOT NULL, token TEXT NOT NULL, kind TEXT NOT NULL,
    address TEXT NOT NULL, sheet TEXT NOT NULL, lines BLOB NOT NULL);
"""
# What brings an older ledger up to date: one script per schema, applied in order. What stood in
# lines of tables until schema 2 is packed by repack.py.
MIGRATIONS: Mapping[int, str] = {1: "ALTER TABLE stamps ADD COLUMN after TEXT NOT NULL DEFAULT ''"}
