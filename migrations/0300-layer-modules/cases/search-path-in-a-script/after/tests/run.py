import subprocess
import sys

print(subprocess.run([sys.executable, "-I", "scripts/count.py"], capture_output=True, text=True).stdout)
