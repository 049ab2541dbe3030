"""Signal Box Service - Main Entry Point.

The application lives in api.py.
"""

import uvicorn

from api import app

if __name__ == "__main__":
    uvicorn.run(app, host="0.0.0.0", port=8117)
