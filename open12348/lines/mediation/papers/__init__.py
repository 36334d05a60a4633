"""The papers of a mediation file (domain reference A, 2.10), each declared once, by what it is about."""
