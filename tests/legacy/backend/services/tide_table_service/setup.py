from setuptools import setup

setup(
    name="tide-table-service",
    version="2.0",
    packages=["tides"],
    py_modules=["main"],
    install_requires=["fastapi", "uvicorn"],
    entry_points={"console_scripts": ["tides=main:app"]},
)
