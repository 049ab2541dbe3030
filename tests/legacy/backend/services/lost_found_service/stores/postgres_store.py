from schema import FoundItem


class PostgresStore:
    def __init__(self, pool):
        self.pool = pool

    async def save(self, item):
        row = await self.pool.fetchrow("insert into items (what, place) values ($1, $2) returning number", item.what, item.place)
        return FoundItem(number=row["number"], **item.model_dump())

    async def get(self, number):
        row = await self.pool.fetchrow("select * from items where number = $1", number)
        return FoundItem(**row) if row else None

    async def all(self):
        return [FoundItem(**row) for row in await self.pool.fetch("select * from items order by number")]

    async def close(self):
        await self.pool.close()
