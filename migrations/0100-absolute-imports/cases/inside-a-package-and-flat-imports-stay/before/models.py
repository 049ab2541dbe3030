class Item:
    name = "a"
