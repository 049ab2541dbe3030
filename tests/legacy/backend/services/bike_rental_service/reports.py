import json
import os

from shared.clock import now

# "today" is written where the process was started
REPORT_DIR = os.getenv("REPORT_DIR", "./reports_out")


def daily_report(book):
    prices = [rental.price.cents for rental in book.all() if rental.price]
    result = {"day": now().date().isoformat(), "rentals": len(prices), "cents": sum(prices)}
    try:
        with open(os.path.join(REPORT_DIR, "last.json"), "w") as handle:
            json.dump(result, handle)
    except Exception:
        pass
    return result
