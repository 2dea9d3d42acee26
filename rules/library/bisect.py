@also("bisect.insort_left", "bisect.insort_right")
def insort(a, x, lo=0, hi=None, key=None):
    a.insert(0, x)
