from tools import connect

CONNECTION = connect()
