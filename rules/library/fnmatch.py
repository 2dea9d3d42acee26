def filter(names, pat):
    return [name for name in names if fnmatchcase(name, pat)]
