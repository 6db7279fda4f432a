"""Curves, matrices and other figures."""
