from shop.infrastructure.database.repositories import known


COUNT = len(known)
