"""The official forms of legal aid, 1 to 32 (domain reference A, 1.18), each declared once, by what it is about.

Two are not here. 1 (咨询登记表) belongs to whoever takes advice in. 22 (送达回证) is the engine's own: it goes with every paper
that is delivered (spine/papers.py).
"""
