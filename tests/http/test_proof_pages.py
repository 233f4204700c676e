"""The pages that links in mail lead to."""

import re
import shutil
import subprocess

import pytest

from server.headers import CSP
from server.http.proof_pages import SCRIPT
from tests.factories.api import Caller
from tests.factories.mail import code_in, text_of
from tests.factories.registrations import registration

PAGES = ["/verify-email", "/reset-password"]


def test_the_link_in_a_mail_leads_to_a_page_that_sends_the_code_where_it_is_taken(app, client, post, settings):
    Caller(app).post("/auth/register", **registration())
    (mail,) = post.run()
    (link,) = re.findall(rf"{settings.public_url}(\S+)", text_of(mail))
    path, _, code = link.partition("#")
    page = client.get(path)
    (to,) = re.findall(r'data-to="([^"]+)"', page.text)
    assert code == code_in(mail)
    assert client.post(to, json={"code": code}).status_code == 204


@pytest.mark.parametrize("path", PAGES)
def test_a_page_runs_its_own_script_only_and_is_not_kept_or_framed(client, path):
    page = client.get(path)
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'; script-src 'self'; connect-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert (page.headers["Cache-Control"], page.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert "<script>" not in page.text
    (source,) = re.findall(r'<script src="([^"]+)">', page.text)
    assert client.get(source).content_type == "text/javascript; charset=utf-8"


@pytest.mark.parametrize("path", PAGES)
def test_looking_at_a_page_changes_nothing(app, client, post, path):
    Caller(app).post("/auth/register", **registration())
    (mail,) = post.run()
    client.get(f"{path}#{code_in(mail)}")
    assert Caller(app).post("/auth/verify-email", code=code_in(mail)).status_code == 204


def test_other_answers_keep_the_strictest_policy(client):
    assert client.get("/api/v1/roles").headers["Content-Security-Policy"] == CSP


@pytest.mark.skipif(shutil.which("node") is None, reason="no node to read the script with")
def test_the_script_can_be_read(folder):
    (folder / "proof.js").write_text(SCRIPT)
    assert subprocess.run(["node", "--check", str(folder / "proof.js")], check=False).returncode == 0
