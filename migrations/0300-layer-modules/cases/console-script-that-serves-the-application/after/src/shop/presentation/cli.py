import uvicorn


def main():
    uvicorn.run("shop.main:app")
