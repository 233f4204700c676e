"""The account, its devices and what it was told, in somebody's export."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, select

from models.accounts import AccountChange
from models.auth import EmailProof, SignIn
from models.code_of_conduct import Acceptance
from models.invites import Invite
from models.notifications import NotificationSettings, PushSubscription
from models.passkeys import Passkey
from models.people import Person
from models.privacy import Erasure, Export
from models.second_factor import RecoveryCode, SecondFactor
from models.streams import Event
from server.queries.personal.sections import Section, all_but, own


def _second_factor(person_id: str) -> Select[*tuple[Any, ...]]:
    left = select(func.count()).where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    return select(SecondFactor.confirmed_at, left.scalar_subquery().label("recovery_codes_left")).where(
        SecondFactor.person_id == person_id
    )


SECTIONS: Sequence[Section] = (
    Section(
        name="profile",
        title="Your account",
        about="What you told us when you signed up, and what you changed since.",
        covers=(),
        query=lambda person_id: select(*all_but(Person, "email_index", "password_hash", "name_skeleton")).where(
            Person.id == person_id
        ),
        key=Person.id,
    ),
    Section(
        name="acceptances",
        title="Agreements to the code of conduct",
        about="Which versions of the code of conduct you agreed to, and when.",
        covers=("acceptance.person_id",),
        query=own(Acceptance.version, Acceptance.accepted_at, of=Acceptance.person_id),
        key=Acceptance.version,
    ),
    Section(
        name="sign_ins",
        title="Sign-ins",
        about="When and from which device you signed in, and how it ended. Kept for 90 days after it ended.",
        covers=("sign_in.person_id",),
        query=own(
            SignIn.id,
            SignIn.device_name,
            SignIn.created_at,
            SignIn.refreshed_at,
            SignIn.expires_at,
            SignIn.ended_at,
            SignIn.end_reason,
            of=SignIn.person_id,
        ),
        key=SignIn.id,
    ),
    Section(
        name="email_proofs",
        title="Codes sent to your address",
        about="When we sent a code to an address of yours, and whether it was used. The codes themselves are not kept.",
        covers=("email_proof.person_id",),
        query=own(*all_but(EmailProof, "person_id", "code_index"), of=EmailProof.person_id),
        key=EmailProof.id,
    ),
    Section(
        name="second_factor",
        title="Second factor",
        about="Whether an authenticator app is set up. Its secret is not shown: it would open your account.",
        covers=("second_factor.person_id", "recovery_code.person_id"),
        query=_second_factor,
        key=SecondFactor.person_id,
    ),
    Section(
        name="passkeys",
        title="Passkeys",
        about="Passkeys that sign you in. Their keys are not shown.",
        covers=("passkey.person_id",),
        query=own(
            Passkey.id,
            Passkey.name,
            Passkey.transports,
            Passkey.backed_up,
            Passkey.created_at,
            Passkey.last_used_at,
            of=Passkey.person_id,
        ),
        key=Passkey.id,
    ),
    Section(
        name="push_subscriptions",
        title="Devices told of news",
        about="Where we send word that something new is there, for devices that asked for it. Their keys are not shown.",
        covers=("push_subscription.person_id",),
        query=own(
            *all_but(PushSubscription, "person_id", "endpoint_index", "p256dh", "auth", "trial_index", "trial_until"),
            of=PushSubscription.person_id,
        ),
        key=PushSubscription.id,
    ),
    Section(
        name="notification_settings",
        title="When we may call on you",
        about="Your quiet hours, and whether we may send you mail about what you missed.",
        covers=("notification_settings.person_id",),
        query=own(*all_but(NotificationSettings, "person_id"), of=NotificationSettings.person_id),
        key=NotificationSettings.person_id,
    ),
    Section(
        name="account_changes",
        title="What the service did to your account",
        about="A welcome, a pause, a change of role: when, and the reason given.",
        covers=("account_change.person_id",),
        query=own(
            AccountChange.id,
            AccountChange.kind,
            AccountChange.role,
            AccountChange.reason,
            AccountChange.at,
            of=AccountChange.person_id,
        ),
        key=AccountChange.id,
    ),
    Section(
        name="invites",
        title="Invites you made",
        about="Invites with your notes on them. The codes themselves are not kept.",
        covers=("invite.created_by",),
        query=own(*all_but(Invite, "code_index", "created_by"), of=Invite.created_by),
        key=Invite.id,
    ),
    Section(
        name="inbox",
        title="Notices to you",
        about="What your app was told about: numbers and short codes, no words.",
        covers=(),
        query=own(Event.seq, Event.kind, Event.data, Event.created_at, of=Event.stream_id),
        key=Event.seq,
    ),
    Section(
        name="exports",
        title="Exports like this one",
        about="When you asked for your data.",
        covers=("export.person_id",),
        query=own(Export.id, Export.state, Export.requested_at, Export.ready_at, Export.expires_at, of=Export.person_id),
        key=Export.id,
    ),
    Section(
        name="erasures",
        title="Erasure",
        about="When you asked for your account to be erased.",
        covers=("erasure.person_id",),
        query=own(Erasure.id, Erasure.state, Erasure.requested_at, Erasure.finished_at, of=Erasure.person_id),
        key=Erasure.id,
    ),
)
