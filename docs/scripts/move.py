"""Move a project, but for what hangs together with a folder: `python move.py FOLDER LEFT`."""

import sys

from gpt55_migrate import SettingsError, WorkError, apply, plan_edits, scan

folder, left = sys.argv[1:]
try:
    found = scan(folder)
    written = apply(plan_edits(found, wanted=lambda edit: not edit.path.startswith(f"{left}/")))
except (SettingsError, WorkError) as error:
    sys.exit(f"{folder}: {error}")
print("\n".join(written.files))
print("To undo:", written.undo)
