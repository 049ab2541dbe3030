from pathlib import Path

import main

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "services.py"
print(SOURCE.read_text().count("def"), (ROOT / "main.py").exists(), main.answer())
print(len(open("services.py").read()))
