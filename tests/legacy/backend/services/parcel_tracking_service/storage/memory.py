from ..models import Parcel


class MemoryStore:
    def __init__(self):
        self.parcels = {}

    def has(self, number):
        return number in self.parcels

    def put(self, parcel: Parcel):
        self.parcels[parcel.number] = parcel

    def get(self, number) -> Parcel:
        return self.parcels[number]

    def all(self):
        return [self.parcels[key] for key in sorted(self.parcels)]
