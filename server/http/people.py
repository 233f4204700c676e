"""/me."""

from typing import Any

from flask import Response

from models.clock import clock
from models.display_names import warnings_about
from models.people import Person
from models.session import again_after_race
from server.actions.credentials import WrongPassword, ask_for_new_email, change_password
from server.actions.people import change_profile
from server.http.door import Blueprint, acting, identify, limits, links_at, looking, reply, spare_mailbox
from server.passwords import check_new_password, check_password, hash_password
from server.queries.code_of_conduct import current_version
from server.queries.people import all_unmet
from server.schemas.people import (
    ChangedProfileSchema,
    EmailChangeSchema,
    MeSchema,
    NameWarningSchema,
    PasswordChangeSchema,
    PersonSchema,
    ProfileChangeSchema,
)

blp = Blueprint("people", __name__, url_prefix="/api/v1", description="Oneself")

PERSON = PersonSchema()


@blp.get("/me")
@blp.signed_in
@blp.response(200, MeSchema)
def me() -> Response:
    with looking(set_up=False) as (session, actor):
        due = [refusal.code for refusal in all_unmet(actor, current_version(session))]
        return reply({**PERSON.dump(actor), "due": due})


@blp.patch("/me")
@blp.signed_in
@blp.arguments(ProfileChangeSchema)
@blp.response(200, ChangedProfileSchema)
def change(data: dict[str, Any]) -> Response:
    limits().spend("profile.person", identify().person_id)

    def save() -> Person:
        with acting() as (session, actor):
            return change_profile(session, actor, changes=data, now=clock.now())

    actor = again_after_race(save)
    warnings = warnings_about(actor.display_name, actor.region) if "display_name" in data else []
    return reply({**PERSON.dump(actor), "warnings": NameWarningSchema(many=True).dump(warnings)})


@blp.post("/me/password")
@blp.signed_in
@blp.arguments(PasswordChangeSchema)
@blp.response(204)
def set_password(data: dict[str, Any]) -> None:
    person = _checked(data["current_password"])
    check_new_password(data["password"], person.email, person.display_name)
    password_hash = hash_password(data["password"])
    with acting(set_up=False) as (session, actor):
        change_password(
            session,
            actor,
            checked_hash=person.password_hash,
            password_hash=password_hash,
            sign_in_id=identify().sign_in_id,
            mail=links_at() is not None,
            now=clock.now(),
        )


@blp.post("/me/email")
@blp.signed_in
@blp.arguments(EmailChangeSchema)
@blp.response(202)
def set_email(data: dict[str, Any]) -> None:
    limits().spend("email_change.person", identify().person_id)
    _checked(data["password"])
    spare_mailbox("sign_up.recipient", data["email"])
    with acting(set_up=False) as (session, actor):
        ask_for_new_email(session, actor, email=data["email"], links_at=links_at(), now=clock.now())


def _checked(password: str) -> Person:
    """The signed-in person, whose password this is. Wrong ones are counted. Raises WrongPassword."""
    identity = identify()
    limits().refuse_if_spent("password_check.person", identity.person_id)
    with looking(set_up=False) as (_session, actor):
        person = actor
    # Checked outside any transaction: it takes long, and others want to write.
    if not check_password(password, person.password_hash):
        limits().count("password_check.person", identity.person_id)
        raise WrongPassword
    return person
