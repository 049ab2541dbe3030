from shop.infrastructure.database import Base, SessionLocal, engine

Base.metadata.create_all(bind=engine)


def test_sessions():
    def again():
        from shop.infrastructure.database import engine

        return engine

    assert SessionLocal().get_bind() is engine
    assert again() is engine
