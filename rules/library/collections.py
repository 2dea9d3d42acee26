class UserDict(dict):
    pass


class OrderedDict(dict):
    pass


class UserList(list):
    pass
