def test_users(client):
    assert client.get("/users").json() == ["a"]
