"""What the shop answers."""

import json

orders = {}
prices = {"apple": 1}
state = {}
items: list = []
counts = {}
users = {}
visits = {}
drafts = {}
notes = []


def price(name):
    return prices[name]


def start():
    state["model"] = object()
    return state["model"]


def keep(number, order, report):
    orders[number] = order
    report(orders)


def reset():
    global items
    items.append(1)
    items = []


def count(name):
    counts[name] += 1
    counts[name] = counts[name]
    return f"{len(counts)=}"


def sign_up(name):
    users[name] = json.dumps(users)


def visit(*names):
    visits[names[0]], rest = names
    visits.update(**{names[0]: rest})


def draft(name):
    def later():
        from shop.presentation.endpoints import drafts

        return drafts

    drafts[name] = later


def note(text):
    notes.append(text)
    notes.sort()
