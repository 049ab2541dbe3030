"""Seats and bookings, in memory."""


class Seats:
    CAPACITY = 12

    def __init__(self):
        self.taken = {}

    def free(self, sailing):
        return self.CAPACITY - self.taken.get(sailing, 0)

    def take(self, sailing, persons):
        if self.free(sailing) < persons:
            raise ValueError("only %d seats left" % self.free(sailing))
        self.taken[sailing] = self.taken.get(sailing, 0) + persons

    def give_back(self, sailing, persons):
        self.taken[sailing] -= persons

    def reset(self):
        self.taken.clear()


class Bookings:
    def __init__(self):
        self.rows = {}
        self.next_number = 1000

    def add(self, sailing, name, persons):
        self.next_number += 1
        self.rows[self.next_number] = {"sailing": sailing, "name": name, "persons": persons}
        return self.next_number

    def get(self, number):
        return self.rows.get(number)

    def remove(self, number):
        return self.rows.pop(number)

    def reset(self):
        self.rows.clear()


seats = Seats()
bookings = Bookings()
