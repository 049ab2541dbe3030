import functools
import inspect


def looking(function):
    print(inspect.signature(function))
    return function


def passing(function):
    return function
