from setuptools import find_packages, setup

setup(name="trail-guide", version="7", packages=find_packages(include=["guide*", "handlers*"]), py_modules=["main"])
