"""Valves, lamp, heater, vents: the state of the house.

One house, one process: the state is module-global.
"""

import random
import threading
import time

from models import ClimateReport
from models.climate import LIMITS, comfort

_powered = False
_lamp = False
_heater = False
_vents = 0
_litres = 0.0
_lock = threading.Lock()
_last_regulation = None


class GreenhouseError(Exception):
    pass


def power_on():
    global _powered
    _powered = True


def power_off():
    global _powered, _lamp, _heater, _vents
    _powered = False
    _lamp = _heater = False
    _vents = 0


def is_powered():
    return _powered


def need_power():
    if not _powered:
        raise GreenhouseError("no power")


# ---- sensors (simulated until the bus is soldered) ----
def read_sensor(kind):
    return round(random.uniform(*LIMITS[kind]), 1)


def set_lamp(on):
    global _lamp
    need_power()
    _lamp = on


def set_heater(on):
    global _heater
    need_power()
    _heater = on


def open_vents(steps):
    global _vents
    need_power()
    _vents = max(0, min(4, _vents + steps))
    return _vents


def water(bed, litres):
    global _litres
    need_power()
    with _lock:
        _litres += litres
    return litres


def litres_used():
    return _litres


def report():
    temperature = read_sensor("temperature")
    humidity = read_sensor("humidity")
    return ClimateReport(
        temperature=temperature,
        humidity=humidity,
        comfort=comfort(temperature, humidity),
        lamp=_lamp,
        heater=_heater,
        vents=_vents,
    )


def regulate():
    global _last_regulation
    need_power()
    actions = []
    temperature = read_sensor("temperature")
    if temperature < 15:
        set_heater(True)
        actions.append("heater on")
    elif temperature > 28:
        set_heater(False)
        actions.append(f"vents {open_vents(+1)}")
    if read_sensor("light") < 200:
        set_lamp(True)
        actions.append("lamp on")
    _last_regulation = time.time()
    return actions
