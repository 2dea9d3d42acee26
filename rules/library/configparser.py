@also("configparser.RawConfigParser")
class ConfigParser(dict):
    def read_dict(self, dictionary, source=None):
        self.update(dictionary)

    def get(self, section, option, *, raw=False, vars=None, fallback=None):
        return self[section].get(option, fallback)
