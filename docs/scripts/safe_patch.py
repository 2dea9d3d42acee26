"""A patch of what cannot change more than the model: `python safe_patch.py FOLDER > safe.patch`."""

import sys

from gpt55_migrate import Settings, plan_edits, scan

found = scan(sys.argv[1], settings=Settings(map={"gpt-4o-mini": "mini"}))
planned = plan_edits(found, wanted=lambda edit: edit.safety == "safe")
for problem in planned.refused:
    print(f"{problem.path}: {problem.code}: {problem.message}", file=sys.stderr)
sys.stdout.buffer.write(planned.patch)
