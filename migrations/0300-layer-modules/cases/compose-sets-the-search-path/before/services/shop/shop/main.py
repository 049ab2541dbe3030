from fastapi import FastAPI

from shop.conf.rates import read

app = FastAPI()
rates = read("shop/conf/rates.csv")


@app.get("/rates")
def all_rates() -> dict[str, int]:
    return rates
