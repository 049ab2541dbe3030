from importlib.resources import files


def rules():
    return files("shop.infrastructure.pricing").joinpath("rules.txt").read_text(), files(__package__).joinpath("rules.txt").read_text()
