import csv
import os

from models import Member

HERE = os.path.dirname(os.path.abspath(__file__))


class MemberNotFound(Exception):
    def __init__(self, member_id):
        super().__init__(f"member {member_id} is not in the directory")
        self.member_id = member_id


class MemberDirectory:
    def __init__(self, path=None):
        self.path = path or os.path.join(HERE, "members.csv")
        self._members = {}

    def load_defaults(self):
        with open(self.path, newline="") as handle:
            for row in csv.DictReader(handle):
                self._members[row["member_id"]] = Member(**row)
        return len(self._members)

    def get(self, member_id) -> Member:
        if not self._members:
            self.load_defaults()
        try:
            return self._members[member_id]
        except:
            raise MemberNotFound(member_id)

    def clear(self):
        self._members.clear()
