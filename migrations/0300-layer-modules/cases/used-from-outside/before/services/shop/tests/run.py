import runpy
import sys
from pathlib import Path

top = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(top))
print(runpy.run_path(str(top / "scripts/late.py"))["price"]("tea"))
print(runpy.run_path(str(top / "services/till/main.py"))["bill"]("tea"))
runpy.run_path(str(top / "scripts/prices.py"))
