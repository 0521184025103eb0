"""Every way in which a token can be wrong, with real keys (REQUIREMENTS JWT-1 to JWT-36)."""

import base64
import hmac
import json
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from cds.config.model import Replay, Trust
from cds.trust import jwks, tokens
from cds.trust.jwks import Public
from cds.trust.reasons import Reason, Unavailable, Untrusted
from cds.trust.replays import InMemory, Shared
from tests.support.signing import BASE, ISSUER, JKU, NOW, SECOND, SERVICE, claims, encoded, header, jwk, key, key_set, signature, token

TRUST = Trust(issuer=ISSUER, jwks_urls=(JKU,))
ALL = key_set("ec384", "ec384-second", "ec521", "ec256", "rsa", "rsa1024")


class Known:
    """The client's keys, and which addresses were asked for."""

    def __init__(self, content: bytes = ALL) -> None:
        self.keys = jwks.read(content)
        self.asked: list[str | None] = []

    def find(self, trust: Trust, address: str | None, kid: str, algorithm: str) -> Public | None:
        self.asked.append(address)
        return self.keys.find(kid, algorithm)


def judge(text: str, trust: Trust = TRUST, known: Known | None = None, replays: Any = None, urls: tuple[str, ...] = (SERVICE,)) -> tokens.Claims:
    replays = InMemory(lambda: NOW) if replays is None else replays
    return tokens.verify(tokens.read(text), urls, trust, known or Known(), replays, NOW)


def refused(text: str, trust: Trust = TRUST, known: Known | None = None, replays: Any = None) -> Reason:
    with pytest.raises(Untrusted) as caught:
        judge(text, trust, known, replays)
    return caught.value.reason


@pytest.mark.parametrize(
    ("algorithm", "signer"), [("ES384", "ec384"), ("ES512", "ec521"), ("RS384", "rsa"), ("RS512", "rsa")], ids=lambda value: str(value)
)
def test_jwt_1_2_a_sound_token_is_taken(algorithm: str, signer: str) -> None:
    found = judge(token(header(alg=algorithm, kid=signer), claims(tenant="hospital"), signer))
    assert (found.issuer, found.tenant, found.jti) == (ISSUER, "hospital", "b2a5e7d0-0001")
    assert found.expires == NOW + timedelta(seconds=300)


def test_jwt_4_epics_shape() -> None:
    kid = "8a+V1/qRz0s3mXW4Kk2bJw=="
    known = Known(json.dumps({"keys": [jwk("rsa", kid=kid, alg="RS384")]}).encode())
    body = claims(sub="client-id", nbf=SECOND - 300, iat=SECOND, exp=SECOND + 600)
    assert judge(token(header(alg="RS384", kid=kid), body, "rsa"), known=known).issuer == ISSUER


def test_jwt_36_oracle_names_several_key_sets() -> None:
    oracle = "https://cds-hooks.cerner.com"
    trust = Trust(issuer=oracle, jwks_urls=("https://authorization.cerner.com/jwk", JKU), tenants=("t-1",))
    known = Known()
    for address in trust.jwks_urls:
        judge(token(header(jku=address), claims(iss=oracle, tenant="t-1")), trust, known)
    assert known.asked == list(trust.jwks_urls)


def test_jwt_35_without_jku_the_agreed_set_is_used() -> None:
    known = Known()
    assert judge(token(header(jku=None)), known=known)
    assert known.asked == [None]


@pytest.mark.parametrize("kind", ["JWT", "jwt", None])
def test_type_is_jwt(kind: str | None) -> None:
    assert judge(token(header(typ=kind)))


@pytest.mark.parametrize("kind", ["at+jwt", "JWE", "", 1, ["JWT"]])
def test_jwt_40_other_kinds_of_tokens_are_no_proof(kind: Any) -> None:
    assert refused(token(header(typ=kind))) is Reason.TYPE


# --- what can be said without a key (JWT-7, JWT-19)


def _made(head: Any, body: Any) -> str:
    return f"{encoded(head)}.{encoded(body)}.AAAA"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "a.b",
        "a.b.c.d",
        "..",
        "a..b",
        ".".join(token().split(".")[:2]),
        ".".join(token().split(".")[:2]) + ".",
        token() + "=",
        token() + "\n",
        " " + token(),
        token().replace(".", ". ", 1),
        token().replace(".", "%2E", 1),
        token() + "é",
        "null.null.null",
        _made(b"{", b"{}"),
        _made([], claims()),
        _made(header(), [claims()]),
        _made(header(), "null"),
        _made(header(), b"[" * 3_000),
        _made(header(), b'{"a":' * 1_200),
        _made(header(), b"\xff\xfe{}"),
        _made(json.dumps(header()).encode("utf-16"), claims()),
        _made(b"\xef\xbb\xbf" + json.dumps(header()).encode(), claims()),
        _made(header(), '{"exp": NaN}'),
        _made(header(), '{"exp": Infinity}'),
        _made(header(), '{"exp": ' + "9" * 5_000 + "}"),
        _made('{"alg":"ES384","alg":"none"}', claims()),
        _made(header(), '{"iss":"a","iss":"b"}'),
        _made(header(), '{"act":{"sub":"a","sub":"b"}}'),
    ],
    ids=lambda text: text[:12],
)
def test_jwt_7_malformed(text: str) -> None:
    assert refused(text) is Reason.MALFORMED


@pytest.mark.parametrize("size", [40_000, 300_000])
def test_jwt_19_oversized(size: int) -> None:
    known = Known()
    assert refused(token(body=claims(extra="x" * size)), known=known) is Reason.TOO_LONG
    assert refused("A" * size, known=known) is Reason.TOO_LONG
    assert known.asked == []


# --- algorithms (JWT-11, JWT-12)


@pytest.mark.parametrize("name", ["none", "None", "NONE", "nOnE", "", " none", "none ", "NoNe\x00", "ＮＯＮＥ"])
def test_jwt_11_unsigned(name: str) -> None:
    known = Known()
    unsigned = f"{encoded(header(alg=name))}.{encoded(claims())}."
    assert refused(unsigned, known=known) is Reason.MALFORMED
    assert refused(unsigned + "AA", known=known) is Reason.ALGORITHM
    assert refused(token(header(alg=name), algorithm="ES384"), known=known) is Reason.ALGORITHM
    assert known.asked == []


@pytest.mark.parametrize(
    "value", [None, 1, True, ["ES384"], {"alg": "ES384"}, "es384", "ES384 ", "ES256", "RS256", "PS384", "EdDSA", "ES256K", "RSA1_5"]
)
def test_jwt_11_other_algorithms(value: Any) -> None:
    known = Known()
    assert refused(token(header(alg=value), algorithm="ES384"), known=known) is Reason.ALGORITHM
    assert known.asked == []


def _secrets() -> Iterator[bytes]:
    """What a careless verifier might take as the shared secret."""
    for name in ("ec384", "rsa"):
        public = key(name).public_key()
        yield public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        yield public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).strip()
        yield public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        yield json.dumps(jwk(name)).encode()
    yield b""


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
@pytest.mark.parametrize("kid", ["ec384", "rsa"])
def test_jwt_12_the_public_key_is_no_secret(algorithm: str, kid: str) -> None:
    for secret in _secrets():
        content = f"{encoded(header(alg=algorithm, kid=kid))}.{encoded(claims())}"
        text = f"{content}.{encoded(hmac.digest(secret, content.encode(), 'sha' + algorithm[2:]))}"
        assert refused(text) is Reason.ALGORITHM


def test_jwt_12_a_shared_secret_in_the_key_set_is_no_key() -> None:
    known = Known(json.dumps({"keys": [{"kty": "oct", "kid": "ec384", "k": "AAAA", "alg": "HS384"}]}).encode())
    assert refused(token(), known=known) is Reason.KEY


# --- keys (JWT-13, JWT-14, JWT-15)


@pytest.mark.parametrize(
    "kid",
    [None, "", "unknown", "EC384", " ec384", "ec384\x00", "../../dev/null", "' OR 1=1 --", 1, True, ["ec384"], {"ec384": 1}, "k" * 2_000, "\ud800"],
    ids=lambda kid: repr(kid)[:12],
)
def test_jwt_13_kid(kid: Any) -> None:
    assert refused(token(header(kid=kid))) is Reason.KEY


@pytest.mark.parametrize(
    ("algorithm", "kid", "signer"),
    [
        ("RS384", "ec384", "rsa"),
        ("ES384", "rsa", "ec384"),
        ("ES384", "ec521", "ec384"),
        ("ES512", "ec384", "ec521"),
        ("ES384", "ec256", "ec384"),
        ("RS384", "rsa1024", "rsa1024"),
    ],
)
def test_jwt_13_a_key_that_does_not_fit(algorithm: str, kid: str, signer: str) -> None:
    assert refused(token(header(alg=algorithm, kid=kid), signer=signer)) is Reason.KEY


def test_jwt_13_another_key_of_the_same_client_under_a_wrong_name() -> None:
    assert refused(token(header(kid="ec384-second"), signer="ec384")) is Reason.SIGNATURE


@pytest.mark.parametrize(
    "address",
    [
        "https://ehr.example.org/oauth/jwks/",
        "https://ehr.example.org/oauth/jwks2",
        "https://ehr.example.org/oauth",
        "https://ehr.example.org/oauth/../oauth/jwks",
        "https://ehr.example.org/oauth/./jwks",
        "https://ehr.example.org//oauth/jwks",
        "https://user@ehr.example.org/oauth/jwks",
        "https://ehr.example.org@evil.example/oauth/jwks",
        "https://ehr.example.org/oauth/jwks#x",
        "https://ehr.example.org/oauth/jwks?x",
        "https://EHR.example.org/oauth/jwks",
        "HTTPS://ehr.example.org/oauth/jwks",
        "https://ehr.example.org:443/oauth/jwks",
        "https://ehr.example.org./oauth/jwks",
        "http://ehr.example.org/oauth/jwks",
        "https://ehr.example.org/oauth/%6Awks",
        " https://ehr.example.org/oauth/jwks",
        "https://ehr.example.org/oauth/jwks\n",
        "https://evil.example/?https://ehr.example.org/oauth/jwks",
        "file:///etc/passwd",
        "//ehr.example.org/oauth/jwks",
        "https://169.254.169.254/latest",
        "",
        1,
        [JKU],
        {"url": JKU},
    ],
)
def test_jwt_14_only_the_very_address_and_never_fetched(address: Any) -> None:
    known = Known()
    assert refused(token(header(jku=address)), known=known) is Reason.KEY_SET_ADDRESS
    assert known.asked == []


def test_jwt_14_an_empty_jku_is_not_a_missing_one() -> None:
    head = {**header(), "jku": None}
    assert refused(token(head)) is Reason.KEY_SET_ADDRESS


def test_jwt_15_keys_that_come_along_count_for_nothing() -> None:
    own = jwk("ec384-attacker")
    chain = [base64.b64encode(b"certificate").decode()]
    for more in ({"jwk": own}, {"x5c": chain}, {"x5u": "https://evil.example/cert"}, {"jwk": own, "kid": "ec384-attacker"}):
        known = Known()
        assert refused(token(header(**more), signer="ec384-attacker"), known=known) in (Reason.SIGNATURE, Reason.KEY)
        assert set(known.asked) <= {JKU}
    assert refused(token({**header(), "kid": None, "jwk": own}, signer="ec384-attacker")) is Reason.KEY


@pytest.mark.parametrize("critical", [["exp"], ["b64"], ["x"], [], "b64", None, [1]])
def test_jwt_34_critical_headers(critical: Any) -> None:
    assert refused(token({**header(), "crit": critical, "x": 1})) is Reason.CRITICAL_HEADER


@pytest.mark.parametrize("value", [False, 0, None, "false"])
def test_jwt_34_unencoded_payload(value: Any) -> None:
    assert refused(token({**header(), "b64": value})) is Reason.CRITICAL_HEADER


# --- the signature (JWT-17)


def _parts() -> tuple[str, str, str]:
    first, second, third = token().split(".")
    return first, second, third


def test_jwt_17_a_changed_payload() -> None:
    first, _, third = _parts()
    assert refused(f"{first}.{encoded(claims(jti='other'))}.{third}") is Reason.SIGNATURE


def test_jwt_17_a_changed_header() -> None:
    _, second, third = _parts()
    assert refused(f"{encoded(header(x=1))}.{second}.{third}") is Reason.SIGNATURE


def _zero() -> list[bytes]:
    order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973
    size = order.to_bytes(48, "big")
    return [b"\0" * 96, b"\0" * 48 + size, size + size, b"\xff" * 96, b"\0" * 95 + b"\x01", b"\0", b"\0" * 200]


@pytest.mark.parametrize("raw", _zero(), ids=len)
def test_jwt_17_made_up_signatures(raw: bytes) -> None:
    first, second, _ = _parts()
    assert refused(f"{first}.{second}.{encoded(raw)}") is Reason.SIGNATURE


def test_jwt_17_der_form() -> None:
    assert refused(token(der=True)) is Reason.SIGNATURE


def test_jwt_17_truncated_or_swapped() -> None:
    first, second, third = _parts()
    assert refused(f"{first}.{second}.{third[:-4]}") is Reason.SIGNATURE
    assert refused(f"{first}.{second}.{third}AAAA") is Reason.SIGNATURE
    raw = base64.urlsafe_b64decode(third)
    assert refused(f"{first}.{second}.{encoded(raw[48:] + raw[:48])}") is Reason.SIGNATURE
    assert refused(f"{second}.{first}.{third}") is Reason.ISSUER


def test_jwt_17_rsa_variants() -> None:
    content = f"{encoded(header(alg='RS384', kid='rsa'))}.{encoded(claims())}"
    sound = signature("rsa", "RS384", content.encode())
    for raw in (b"\0" * 256, b"\0" * 255 + b"\x01", sound[:-1], sound + b"\0", signature("rsa", "RS256", content.encode()), b"\xff" * 256):
        assert refused(f"{content}.{encoded(raw)}") is Reason.SIGNATURE
    assert judge(f"{content}.{encoded(sound)}")


def test_jwt_17_a_token_of_another_client_with_the_same_key_name() -> None:
    assert refused(token(signer="ec384-other")) is Reason.SIGNATURE


# --- claims (JWT-3, JWT-5, JWT-8 to JWT-10, JWT-16, JWT-18, JWT-30)


@pytest.mark.parametrize("audience", [SERVICE, [SERVICE], ["https://other.example", SERVICE], SERVICE + "?explain=true", [SERVICE + "?"]])
def test_jwt_3_audience(audience: Any) -> None:
    assert judge(token(body=claims(aud=audience)))


@pytest.mark.parametrize(
    "audience",
    [
        None,
        "",
        [],
        [None],
        [[SERVICE]],
        {SERVICE: 1},
        1,
        True,
        BASE,
        BASE + "/cds-services",
        BASE + "/cds-services/ldn-patient-view",
        SERVICE[:-1],
        SERVICE + "/",
        SERVICE + "/feedback",
        SERVICE + "x",
        SERVICE.upper(),
        SERVICE + "#x",
        " " + SERVICE,
        f"{SERVICE} {BASE}",
        "*",
        "http://127.0.0.1:8000.evil.example/cds-services/ldn-order-sign",
        "/cds-services/ldn-order-sign",
        "?" + SERVICE,
        SERVICE.replace("http:", "https:"),
    ],
    ids=repr,
)
def test_jwt_8_another_audience(audience: Any) -> None:
    assert refused(token(body=claims(aud=audience))) is Reason.AUDIENCE


def test_jwt_8_a_fixed_audience_takes_a_setting() -> None:
    odd = token(body=claims(aud="ldn-cds"))
    assert refused(odd) is Reason.AUDIENCE
    assert judge(odd, replace(TRUST, audiences=("ldn-cds",)))


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"exp": None}, Reason.TIME),
        ({"iat": None}, Reason.TIME),
        ({"exp": str(SECOND + 300)}, Reason.TIME),
        ({"iat": str(SECOND)}, Reason.TIME),
        ({"exp": True}, Reason.TIME),
        ({"iat": False}, Reason.TIME),
        ({"nbf": "now"}, Reason.TIME),
        ({"nbf": True}, Reason.TIME),
        ({"exp": [SECOND + 300]}, Reason.TIME),
        ({"exp": -1}, Reason.TIME),
        ({"exp": 10**400}, Reason.TIME),
        ({"exp": 253_402_300_799}, Reason.TIME),
        ({"exp": SECOND - 61}, Reason.EXPIRED),
        ({"exp": SECOND - 60}, Reason.EXPIRED),
        ({"exp": 0}, Reason.EXPIRED),
        ({"iat": SECOND + 61}, Reason.NOT_YET),
        ({"iat": SECOND + 61, "nbf": SECOND}, Reason.NOT_YET),
        ({"nbf": SECOND + 61}, Reason.NOT_YET),
        ({"iat": SECOND - 3_500, "exp": SECOND + 101}, Reason.LIFETIME),
        ({"iat": 0}, Reason.LIFETIME),
        ({"iat": SECOND + 30, "exp": SECOND + 30}, Reason.LIFETIME),
        ({"iat": SECOND, "exp": SECOND - 10}, Reason.LIFETIME),
        ({"exp": SECOND + 86_400}, Reason.LIFETIME),
        ({"iat": (SECOND - 5) * 1_000, "exp": (SECOND + 300) * 1_000}, Reason.TIME),
    ],
    ids=repr,
)
def test_jwt_9_10_30_times(more: dict[str, Any], reason: Reason) -> None:
    body = {name: value for name, value in {**claims(), **more}.items() if value is not None}
    assert refused(token(body=body)) is reason


def test_jwt_9_numbers_that_are_none() -> None:
    for written in ("1e999", "-1e999", "-0.5"):
        body = json.dumps(claims()).replace(str(SECOND + 300), written)
        assert refused(token(body=body)) is Reason.TIME


@pytest.mark.parametrize(
    "more",
    [
        {"iat": SECOND - 300, "exp": SECOND - 59},
        {"iat": SECOND + 60, "exp": SECOND + 90},
        {"nbf": SECOND + 60},
        {"iat": SECOND - 3_500, "exp": SECOND + 100},
        {"iat": SECOND - 5.5, "exp": SECOND + 0.25},
    ],
    ids=repr,
)
def test_jwt_9_10_just_inside_the_grace(more: dict[str, Any]) -> None:
    assert judge(token(body=claims(**more)))


@pytest.mark.parametrize(
    "issuer", [None, "", ISSUER + "/", ISSUER.upper(), ISSUER[:-1], " " + ISSUER, "https://evil.example", [ISSUER], 1, {"a": ISSUER}]
)
def test_jwt_18_issuer(issuer: Any) -> None:
    known = Known()
    assert refused(token(body=claims(iss=issuer)), known=known) is Reason.ISSUER
    assert known.asked == []


def test_jwt_5_tenant() -> None:
    listed = replace(TRUST, tenants=("north", "south"))
    assert judge(token(body=claims(tenant="south")), listed).tenant == "south"
    assert judge(token(body=claims(tenant="any"))).tenant == "any"
    assert judge(token()).tenant is None
    for tenant in (None, "", "South", "east", "north "):
        assert refused(token(body=claims(tenant=tenant)), listed) is Reason.TENANT
    for odd in (1, True, ["north"], {"north": 1}):
        assert refused(token(body=claims(tenant=odd)), listed) is Reason.TENANT
        assert refused(token(body=claims(tenant=odd))) is Reason.TENANT


@pytest.mark.parametrize("jti", [None, "", "  ", "\u00a0", 1, True, [], ["a"], {}, "a" * 256, "a\x00b", "a\nb", "\ud800", "\u202e"], ids=repr)
def test_jwt_16_token_id(jti: Any) -> None:
    assert refused(token(body=claims(jti=jti))) is Reason.TOKEN_ID


# --- replays (JWT-16, JWT-22, JWT-23, JWT-37)


def test_jwt_16_used_before_also_in_a_fresh_token() -> None:
    replays = InMemory(lambda: NOW)
    assert judge(token(), replays=replays)
    assert refused(token(), replays=replays) is Reason.REPLAY
    assert refused(token(body=claims(exp=SECOND + 200, aud=[SERVICE])), replays=replays) is Reason.REPLAY
    assert judge(token(body=claims(jti="next")), replays=replays)


def test_jwt_22_of_simultaneous_replays_exactly_one_passes() -> None:
    replays, text, together = InMemory(lambda: NOW), token(), Barrier(24)

    def call(_: int) -> Reason | None:
        together.wait()
        try:
            judge(text, replays=replays)
        except Untrusted as error:
            return error.reason
        return None

    with ThreadPoolExecutor(24) as pool:
        assert Counter(pool.map(call, range(24))) == {Reason.REPLAY: 23, None: 1}


class Slow(set[bytes]):
    """A memory in which other threads have all the time to look as well before one of them writes."""

    def __contains__(self, name: object) -> bool:
        found = super().__contains__(name)
        time.sleep(0.002)
        return found


def test_jwt_22_nobody_looks_between_look_and_note() -> None:
    replays, together = InMemory(lambda: NOW), Barrier(8)
    replays._used = Slow()

    def call(_: int) -> bool:
        together.wait()
        return replays.first_use(ISSUER, "one", NOW + timedelta(seconds=10))

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(call, range(8))) == 1


def test_jwt_23_32_refused_tokens_use_up_nothing() -> None:
    replays = InMemory(lambda: NOW)
    forged = [
        token(signer="ec384-attacker"),
        token(header(kid="unknown")),
        token(header(jku="https://evil.example/jwks")),
        token(header(alg="none"), algorithm="ES384"),
        token(body=claims(aud=BASE)),
        token(body=claims(exp=SECOND - 100)),
        token(body=claims(nbf=SECOND + 100)),
        token(body=claims(tenant=1)),
    ]
    for text in forged * 20:
        refused(text, replays=replays)
    assert judge(token(), replays=replays)


def test_jwt_37_a_test_site_may_use_a_token_again() -> None:
    replays, tolerant = InMemory(lambda: NOW), replace(TRUST, replay=Replay.ALLOW)
    for _ in range(3):
        assert judge(token(), tolerant, replays=replays)
    assert refused(token(body=claims(jti=None)), tolerant) is Reason.TOKEN_ID


def test_replays_are_told_apart_by_issuer_and_forgotten_after_their_time() -> None:
    clock = [NOW]
    replays = InMemory(lambda: clock[0])
    until = NOW + timedelta(seconds=10)
    assert replays.first_use("a", "bc", until)
    assert replays.first_use("ab", "c", until)
    clock[0] = until
    assert not replays.first_use("a", "bc", until)
    clock[0] = until + timedelta(seconds=1)
    assert replays.first_use("a", "bc", clock[0])


def test_a_full_memory_refuses_rather_than_forgets() -> None:
    replays = InMemory(lambda: NOW, most=2)
    until = NOW + timedelta(seconds=10)
    assert replays.first_use("a", "1", until)
    assert replays.first_use("a", "2", until)
    with pytest.raises(Unavailable):
        replays.first_use("a", "3", until)
    assert not replays.first_use("a", "1", until)


def test_a_shared_memory_that_is_out_of_reach_lets_nobody_in() -> None:
    def fail(issuer: str, jti: str, until: datetime) -> bool:
        raise ConnectionError("secret")

    used = InMemory(lambda: NOW)
    assert judge(token(), replays=Shared(used.first_use, ConnectionError))
    assert refused(token(), replays=Shared(used.first_use, ConnectionError)) is Reason.REPLAY
    with pytest.raises(Unavailable, match=r"^used-tokens$"):
        judge(token(), replays=Shared(fail, ConnectionError))


def test_jwt_29_a_refusal_holds_nothing_of_the_token() -> None:
    with pytest.raises(Untrusted) as caught:
        judge(token(body=claims(aud="secret-word")))
    assert str(caught.value) == "audience"
    assert caught.value.__cause__ is None
