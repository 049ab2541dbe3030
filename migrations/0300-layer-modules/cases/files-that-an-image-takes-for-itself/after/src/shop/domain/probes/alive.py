from urllib.request import urlopen

with urlopen("http://localhost:8000/price") as answer:
    assert answer.status == 200
