"""/: what a browser sees at the service's address."""

from models.crisis import emergency_by_region


def test_the_page_names_every_emergency_number(client):
    answer = client.get("/")
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    for numbers in emergency_by_region().values():
        assert all(f'href="tel:{number}"' in answer.text for number in numbers)


def test_the_page_leads_to_what_helps_in_a_crisis(client):
    assert 'href="/crisis.html"' in client.get("/").text
    assert client.get("/crisis.html").status_code == 200
