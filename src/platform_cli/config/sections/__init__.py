"""Sections of a client's file that have rules of their own."""
