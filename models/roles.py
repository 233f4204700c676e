"""Roles. One account holds exactly one, so no account can hold both peer roles; it is stamped on every message."""

from enum import StrEnum


class Role(StrEnum):
    CARER = "carer"
    CARER_PEER_WORKER = "carer_peer_worker"
    CONSUMER_PEER_WORKER = "consumer_peer_worker"
    MODERATOR = "moderator"
    SUPERVISOR = "supervisor"
    COORDINATOR = "coordinator"
    PROFESSIONAL = "professional"


ROLE_LABELS: dict[Role, str] = {
    Role.CARER: "Carer",
    Role.CARER_PEER_WORKER: "Carer peer worker",
    Role.CONSUMER_PEER_WORKER: "Consumer peer worker",
    Role.MODERATOR: "Moderator",
    Role.SUPERVISOR: "Supervisor",
    Role.COORDINATOR: "Coordinator",
    Role.PROFESSIONAL: "Mental health professional",
}
