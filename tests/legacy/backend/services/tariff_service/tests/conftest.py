import sys
from pathlib import Path

# top of the repository, for `backend.…`
ROOT = Path(__file__).resolve().parents[4]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))
