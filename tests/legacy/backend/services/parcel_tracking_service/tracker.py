from .carriers.base import Carrier, CarrierError
from .config import settings
from .models import ParcelStatus


class Tracker:
    def __init__(self, store, give_up_after=settings.give_up_after):
        self.store = store
        self.give_up_after = give_up_after

    async def poll(self, carrier: Carrier):
        changed = []
        for parcel in self.store.all():
            if parcel.carrier != carrier.name or parcel.status is ParcelStatus.DELIVERED:
                continue
            try:
                events = await carrier.news(parcel.number)
            except CarrierError:
                events = []
            if not events:
                parcel.misses += 1
                if parcel.misses >= self.give_up_after:
                    parcel.status = ParcelStatus.LOST
                    changed.append(parcel)
                continue
            parcel.events.extend(events)
            parcel.status = ParcelStatus.DELIVERED if events[-1].final else ParcelStatus.MOVING
            changed.append(parcel)
        return changed
