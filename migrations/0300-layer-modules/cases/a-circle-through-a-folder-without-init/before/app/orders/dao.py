from ext.database import get_session


def first():
    return get_session().first()
