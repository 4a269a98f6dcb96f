"""Practising multiple-choice questions by exam section."""
