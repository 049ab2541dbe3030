import company_lib
import fastapi
import orjson


def run() -> None:
    print(fastapi, orjson, company_lib)
