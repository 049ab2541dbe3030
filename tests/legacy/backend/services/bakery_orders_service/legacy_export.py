"""Export for the old tills."""

import csv

FIELDS = ["id", "customer", "price"]


def write(path, rows):
    with open(path, "w") as handle:
        writer = csv.DictWriter(handle, FIELDS)
<<<<<<< ours
        writer.writeheader()
        for row in rows:
=======
        for row in sorted(rows, key=lambda row: row["id"]:
>>>>>>> theirs
            writer.writerow(row)
