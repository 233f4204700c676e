"""/verify-email and /reset-password: where links in mail lead, for whoever opens them in a browser and not in the app.

The code stands after the `#`, which a browser does not send: a few lines of script put it into the form. Nothing happens
before the person presses the button, so that a mail scanner which follows links spends no code.
"""

from flask import Blueprint, Response

blp = Blueprint("proof_pages", __name__)

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<h1>{title}</h1>
<form data-to="{to}" data-done="{done}">
<p><label>Code from the mail<br><input name="code" required autocomplete="off" spellcheck="false"></label></p>
{more}<p><button>{button}</button></p>
<p role="status" aria-live="polite"></p>
</form>
<noscript><p>Please enter the code from the mail in the app instead.</p></noscript>
<script src="/proof.js"></script>
</html>
"""
MORE_FOR_RESET = """<p><label>New password: a few words, 15 characters or more<br>
<input name="password" type="password" required minlength="8" maxlength="128" autocomplete="new-password"></label></p>
"""
SCRIPT = """"use strict";
const form = document.querySelector("form");
const said = form.querySelector("[role=status]");
form.elements.code.value = location.hash.slice(1);
history.replaceState(null, "", location.pathname);
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  said.textContent = "One moment.";
  try {
    const answer = await fetch(form.dataset.to, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(Object.fromEntries(new FormData(form))),
    });
    said.textContent = answer.ok ? form.dataset.done : (await answer.json()).user_message;
    button.disabled = answer.ok;
  } catch {
    said.textContent = "There is no connection right now. Please try again.";
    button.disabled = false;
  }
});
"""
# The page runs its own script and speaks to its own service, and nothing else.
POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@blp.get("/verify-email")
def verify_email() -> Response:
    return _page(
        title="Confirm your e-mail address",
        to="/api/v1/auth/verify-email",
        done="Thank you. Your address is confirmed. You can go back to the app.",
        more="",
        button="Confirm",
    )


@blp.get("/reset-password")
def reset_password() -> Response:
    return _page(
        title="Choose a new password",
        to="/api/v1/auth/password-reset/confirm",
        done="Your new password is set. Please sign in with it in the app.",
        more=MORE_FOR_RESET,
        button="Set the password",
    )


@blp.get("/proof.js")
def script() -> Response:
    return Response(SCRIPT, content_type="text/javascript; charset=utf-8")


def _page(**parts: str) -> Response:
    response = Response(PAGE.format(**parts), content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = POLICY
    return response
