"""How many calls are on each old model, and until when it answers: `python left.py FOLDER`."""

import sys
from collections import Counter

from gpt55_migrate import scan

inventory = scan(sys.argv[1]).inventory
ends = {one.model: one.end.date for one in inventory.references if one.end}
calls = Counter(model for site in inventory.call_sites for model in site.models)
for model, number in sorted(calls.items()):
    print(f"{model:<30} {number:>3}  {ends.get(model, '')}")
sys.exit(1 if calls else 0)
