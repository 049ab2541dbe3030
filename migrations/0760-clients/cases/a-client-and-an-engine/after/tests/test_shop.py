from shop.infrastructure.database import Base, SessionLocal, get_engine

Base.metadata.create_all(bind=get_engine())


def test_sessions():
    def again():
        from shop.infrastructure.database import get_engine

        return get_engine()

    assert SessionLocal().get_bind() is get_engine()
    assert again() is get_engine()
