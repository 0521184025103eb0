"""The shape of the configuration file: which members it may have, and what each may say.

May import marshmallow and this room's own names. Strict: a member that is not known is a fault, since a misspelt setting is one that does
not hold.
"""

import re
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, validate, validates_schema

from cds.config.addresses import is_origin, is_plain_address, is_safe_transport
from cds.config.model import Access, Authentication, Mode, Profile, Replay

MEBIBYTE = 1024 * 1024
LEAST_BODY, MOST_BODY = 2 * MEBIBYTE, 256 * MEBIBYTE
MEDICATION_SOURCES = ("MedicationRequest", "MedicationStatement", "MedicationDispense", "MedicationAdministration")
_ID = re.compile(r"[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?")
_LONGEST_CODE = 200


class _Strict(Schema):
    class Meta:
        unknown = RAISE


def _word(**more: Any) -> fields.String:
    return fields.String(validate=validate.Regexp(r"(?s).*\S", error="must not be blank"), **more)


def _address(value: str) -> None:
    if not is_plain_address(value):
        raise ValidationError("is no plain http or https address; write for example https://ehr.example.org/fhir/r4")


def _key_address(value: str) -> None:
    _address(value)
    if not is_safe_transport(value):
        raise ValidationError("keys are fetched over https only (http to this machine itself excepted)")


def _origin(value: str) -> None:
    if value != "*" and not is_origin(value):
        raise ValidationError("is no origin; write for example https://ehr.example.org, or * for any")


def _tenant_id(value: str) -> None:
    if not _ID.fullmatch(value):
        raise ValidationError("write small letters, digits and hyphens, 64 at most")


class ZoneField(fields.Field[ZoneInfo]):
    """A time zone by its IANA name."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> ZoneInfo:
        try:
            return ZoneInfo(str(value))
        except (KeyError, ValueError, OSError):  # not found, a path, a folder of zones
            raise ValidationError("is no time zone; write for example Europe/Amsterdam or UTC") from None


class PathField(fields.Field[Path]):
    """A file or folder; a relative one lies beside the configuration file."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Path:
        if not isinstance(value, str) or not value.strip():
            raise ValidationError("must be the path of a file")
        return Path(value)


class TenantSchema(_Strict):
    """One entry of [[tenants]]."""

    id = fields.String(required=True, validate=_tenant_id)
    authentication = fields.Enum(Authentication, by_value=True, required=True)
    issuer = _word()
    jwks_url = fields.String(validate=_key_address)
    jwks_urls = fields.List(fields.String(validate=_key_address), validate=validate.Length(min=1))
    jwks_file = PathField()
    audiences = fields.List(_word())
    tenant_claims = fields.List(_word())
    replay = fields.Enum(Replay, by_value=True)
    clock_skew_seconds = fields.Integer(strict=True, validate=validate.Range(0, 300))
    longest_token_seconds = fields.Integer(strict=True, validate=validate.Range(60, 86_400))
    fhir_servers = fields.List(fields.String(validate=_address), load_default=list)
    allowed_origins = fields.List(fields.String(validate=_origin), load_default=list)
    client_profile = fields.Enum(Profile, by_value=True, load_default=Profile.STANDARD)
    time_zone = ZoneField(load_default=lambda: ZoneInfo("UTC"))
    site_profile = _word(load_default="default")
    medication_sources = fields.List(
        fields.String(validate=validate.OneOf(MEDICATION_SOURCES, error="is none of {choices}")),
        load_default=lambda: list(MEDICATION_SOURCES),
        validate=validate.Length(min=1, error="name at least one; without any medication list nothing can be said"),
    )
    mode = fields.Enum(Mode, by_value=True, load_default=Mode.LIVE)
    local_codes = fields.Dict(keys=fields.String(validate=validate.Length(1, _LONGEST_CODE)), values=_word(), load_default=dict)

    _SIGNED_ONLY = ("issuer", "jwks_url", "jwks_urls", "jwks_file", "audiences", "tenant_claims", "replay")

    @validates_schema(skip_on_field_errors=False)
    def _whose_tokens(self, data: dict[str, Any], **kwargs: Any) -> None:
        if data.get("authentication") is Authentication.NONE:
            # settings of tokens may stay in the file, as the example has them; they have no effect and need not be whole
            return
        if data.get("authentication") is not Authentication.JWT:
            return
        if "issuer" not in data:
            raise ValidationError('is missing; authentication = "jwt" needs the iss of the tokens', "issuer")
        if not {"jwks_url", "jwks_urls", "jwks_file"} & set(data):
            raise ValidationError("is missing; write jwks_url, jwks_urls or jwks_file: the keys that sign the tokens", "jwks_url")
        if unsafe := [server for server in data.get("fhir_servers", ()) if not is_safe_transport(server)]:
            words = f"{', '.join(unsafe)}: charts are read over https only (http to this machine itself excepted)"
            raise ValidationError(words, "fhir_servers")

    @post_load
    def _one_list(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        first = [data.pop("jwks_url")] if "jwks_url" in data else []
        data["jwks_urls"] = tuple(dict.fromkeys([*first, *data.pop("jwks_urls", [])]))
        return data


class StoreSchema(_Strict):
    """[store]."""

    url = _word()
    journal = PathField()
    key_file = PathField()
    migrate = fields.Boolean(truthy={True}, falsy={False})
    fsync = fields.Boolean(truthy={True}, falsy={False})

    @validates_schema
    def _known(self, data: dict[str, Any], **kwargs: Any) -> None:
        if "url" in data and not data["url"].startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValidationError("begins with sqlite:/// or postgresql+psycopg://", "url")


_ACCESS = Access()


class AccessSchema(_Strict):
    """[fhir_access]: the bounds of reading from FHIR servers."""

    budget_seconds = fields.Float(validate=validate.Range(0.1, 30), load_default=_ACCESS.budget)
    connect_seconds = fields.Float(validate=validate.Range(0.05, 10), load_default=_ACCESS.connect)
    pages = fields.Integer(strict=True, validate=validate.Range(1, 100), load_default=_ACCESS.pages)
    max_bytes = fields.Integer(strict=True, validate=validate.Range(MEBIBYTE, MOST_BODY), load_default=_ACCESS.size)
    concurrent = fields.Integer(strict=True, validate=validate.Range(1, 64), load_default=_ACCESS.concurrent)
    threads = fields.Integer(strict=True, validate=validate.Range(1, 1024), load_default=_ACCESS.threads)


class SettingsSchema(_Strict):
    """The file."""

    public_base_url = fields.String(validate=_address)
    max_body_bytes = fields.Integer(
        strict=True, validate=validate.Range(LEAST_BODY, MOST_BODY, error="write 2097152 (2 MiB, a real record) to 268435456")
    )
    store = fields.Nested(StoreSchema)
    fhir_access = fields.Nested(AccessSchema)
    tenants = fields.List(fields.Nested(TenantSchema), validate=validate.Length(min=1, error="name at least one"))
