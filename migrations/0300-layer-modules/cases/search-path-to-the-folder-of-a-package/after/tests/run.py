import subprocess
import sys
from pathlib import Path

folder = Path(__file__).resolve().parents[1]
print(subprocess.run([sys.executable, "-P", str(folder / "migrations/env.py")], capture_output=True, text=True).stdout)
