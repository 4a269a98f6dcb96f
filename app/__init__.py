"""Chartroom: practice medical charts, graded fairly."""
