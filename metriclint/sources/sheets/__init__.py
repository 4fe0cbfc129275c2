"""Spreadsheets: goal tools' exports, KPI sheets, and the form of our own."""
