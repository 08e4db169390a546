"""What must not become a memory is found; what engineers write every day is not."""

# ruff: noqa: S608 - chance makes examples here, and SQL is prose

import itertools
import re
import tomllib
from importlib import resources
from pathlib import Path
from random import Random
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.plants import PLANTS, jwt, plant, private_key

from alma_cli.rules import secrets

AROUND = (
    "{}",
    "the run failed with {} in the log",
    "line one\nexport X={}\nline three",
    'curl said: "{}" and stopped',
)

SHA1 = "3f2c1ab94be8c2d9f1e07a6b5c4d3e2f1a0b9c8d"
SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
UUID = "550e8400-e29b-41d4-a716-446655440000"

BENIGN = f"""
fixed in {SHA1}
bisect says {SHA1[:7]} is the first bad commit
the token cache broke in {SHA1}
secret scanning was added in commit {SHA1[:12]}
git revert {SHA1} --no-edit
index {SHA1[:7]}..{SHA1[8:15]} 100644
sha256:{SHA256}
digest = "sha256:{SHA256}"
pip hash: --hash=sha256:{SHA256}
FROM node:20@sha256:{SHA256}
"integrity": "sha512-nGz8Yq0vT2fWqg9l1xKcZyPjH4rVtQw7uMdE3sIbA5oXh6LkN8iFyRzTpCmUeJ9OaSxDvBgWn2K1qYtHjL0Q=="
checksum = "{SHA256}"
etag: "{SHA1[:32]}"
md5 d41d8cd98f00b204e9800998ecf8427e is the empty file
request id {UUID} appears twice in the log
X-Request-Id: {UUID}
trace_id={UUID}
session {UUID} was closed by the server
build 20261122.4 of image registry.example.com/team/app:1.4.2-rc1
https://github.com/acme/shop/commit/{SHA1}
https://example.com/files/{SHA256}/download
http://localhost:3000/login?next=/account
http://user@example.com/path
ssh://git@github.com:22/acme/shop.git
git@github.com:acme/shop.git
https://example.com:8443/api/v2/users?limit=100&offset=200
see https://docs.python.org/3/library/re.html#re.Pattern.fullmatch for details
postgres://postgres:postgres@localhost:5432/test
postgres://user:password@localhost/db is the form of a DSN
mysql://root:$MYSQL_ROOT_PASSWORD@127.0.0.1/app
redis://:${{REDIS_PASSWORD}}@cache:6379/0
https://<user>:<token>@github.com/acme/shop.git
amqp://guest:guest@rabbit:5672/
mongodb://USER:********@cluster0.example.net
http://proxy.local:3128 needs no user
the password field is empty after a failed login
Reset the password before each run
password must be at least 12 characters
password = os.environ["DB_PASSWORD"]
password = getenv("PASSWORD")
password = settings.database2.password
password: ${{PASSWORD}}
password: $PASSWORD
password = "<your-password>"
password = "${{DB_PASSWORD}}"
password: "{{{{ vault_db_password }}}}"
password = "********"
password = "changeme"
password=%(db_password)s
password = input("Password: ")
"password": null
password: str = Field(min_length=12)
password: Optional[str] = None
const password = process.env.E2E_PASSWORD
await page.fill('#password', password)
await page.getByLabel('Password').fill(user.password)
cy.get('input[type=password]').type(Cypress.env('password'))
input[name="password"] is the stable selector
expect(password).toHaveAttribute('type', 'password')
hash the password: argon2id is slow on purpose
check the password: bcrypt2 is not enough
password: required
password=incorrect gives 401
the page shows "Password: must contain a digit"
login with the wrong password: expect status 401
passwords are never logged
passwordless login goes through magic links
pwd prints /home/runner/work/shop/shop
cd "$(pwd)/packages/web" && npm test
PWD=/home/runner/work/shop/shop/packages/web2
--password-stdin keeps it out of the shell history
docker login -u ci --password-stdin < token.txt
mysql --password="$MYSQL_PASSWORD" < seed.sql
psql "password=$PGPASSWORD host=localhost"
set --password $PASSWORD in the job
passphrase: ask a person
the login token expires after 15 minutes
token = request.headers.get("Authorization")
token = generateAccessToken(user)
token = generate_access_token_for_user2
token: ${{{{ secrets.GITHUB_TOKEN }}}}
GITHUB_TOKEN: ${{{{ secrets.GITHUB_TOKEN }}}}
GH_TOKEN=$(gh auth token) gh pr list
NPM_TOKEN=${{NPM_TOKEN}} npm publish
//registry.npmjs.org/:_authToken=${{NPM_TOKEN}}
api_key = os.environ["OPENAI_API_KEY"]
api_key = "<your-api-key>"
api_key="YOUR_API_KEY_GOES_HERE_2024"
api-key: your-api-key-goes-here-1234567890
API_KEY=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
apiKey: process.env.NEXT_PUBLIC_API_KEY_V2
client_secret = config.oauth2.client_secret
client_secret: <client-secret-from-the-portal>
SECRET_KEY = get_random_secret_key()
secret = "placeholder-until-vault-is-ready-2026"
secret: the tests need no secret at all
secretsmanager:GetSecretValue is the missing permission
arn:aws:secretsmanager:eu-central-1:123456789012:secret:prod/db-AbCdEf
arn:aws:iam::123456789012:role/deploy
private_key_path = "~/.ssh/id_ed25519"
private_key: /etc/ssl/private/server2024.key.pem
access_key is read from the instance profile
the credentials helper is osxkeychain
token_count = 1234567890123456
max_tokens: 4096
page_token=next_page_of_results
csrf_token must be sent with every form
csrfmiddlewaretoken is a hidden input
tokenizer = AutoTokenizer.from_pretrained("bert-base-uncased")
token: wait-for-selector-before-click-2
secret: integration-tests-for-checkout-v2
tokens: input 1200, output 350
const tokenExpiryInMilliseconds = 15 * 60 * 1000
the access token: refreshAccessTokenBeforeExpiry handles it
JWT tokens have three parts separated by dots
eyJ is how every JWT starts
eyJhbGciOi... is the header
a JWT looks like header.payload.signature
Authorization: Bearer $TOKEN
Authorization: Bearer <your-token>
Authorization: Bearer ${{ACCESS_TOKEN}}
-H "Authorization: Bearer $(cat token.txt)"
headers: {{ Authorization: `Bearer ${{token}}` }}
bearer authentication-scheme-required
Bearer token authentication is tested in auth.spec.ts
curl -H "Authorization: Bearer $TOKEN" https://api.example.com/v1/users
curl -u "$USER:$PASSWORD" https://ci.example.com/job/build
curl -u admin:<password> http://localhost:9200
curl -fsSL https://example.com/install.sh | sh
curl -X POST http://localhost:3000/api/login -d '{{"user": "qa", "password": "$PW"}}'
docker run -u 1000:1000 -v "$PWD:/work" node:20
chown -R node:node /app
basic authentication is disabled in staging
Basic auth works, see tests/e2e/basic-auth.spec.ts
the most basic configuration of playwright.config.ts
basic c29tZXRoaW5nIGVsc2U
WWW-Authenticate: Basic realm="staging"
-----BEGIN CERTIFICATE-----
-----BEGIN PUBLIC KEY-----
a file that starts with -----BEGIN RSA PRIVATE KEY----- must never be committed
grep -rn "BEGIN OPENSSH PRIVATE KEY" .
AKIA is the prefix of AWS keys
keys start with ghp_, gho_ or github_pat_
ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
tokens of GitLab start with glpat-
glpat-your-personal-access-token
xoxb-your-bot-token-from-the-app-page
sk-ant-your-key-here-from-the-console
sk-proj-your-project-key-goes-here
set OPENAI_API_KEY to sk-...
sk-learn is called scikit-learn
risk-assessment-for-the-checkout-flow-2026
task-3f2c1ab-flaky-login-form-test
desk-booking-application-end-to-end-tests
mask-image: url(data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciLz4=)
npm_config_registry=https://registry.npmjs.org
npm_lifecycle_event is set by npm run
npm_package_json=/home/runner/work/shop/shop/package.json
hf_hub_download(repo_id="bert-base-uncased", filename="config.json")
HF_HOME=/mnt/cache/huggingface
key-value store with 32 shards
key-0123456789 is the test id of the first row
the key-combination-control-shift-p-opens-the-palette
SKU 4711-0815 is out of stock
TASK0123456789abcdef is the ticket
stripe test cards: 4242 4242 4242 4242
sk_test_ keys never charge anybody
AIza is the prefix of a Google key
SG.com is not a domain we use
hooks.slack.com/services/ is blocked by the proxy
POST /api/webhooks/ returns 404 without a trailing slash
pypi-attestations is a package
dapi is what they call the data API
.btn-primary > span.icon:not(.hidden) {{ background: #3f2c1a; }}
.css-1q2w3e4r5t6y {{ margin: 0 auto; }}
div.sc-bdVaJa.fKDhgf > button
color: #a1b2c3; background-color: rgba(12, 34, 56, 0.7)
@media (min-width: 1024px) {{ .grid {{ grid-template-columns: repeat(12, 1fr); }} }}
font-family: "Inter-4.0-Variable", sans-serif
/home/runner/work/shop/shop/packages/web/node_modules/.pnpm/vite@5.4.2_@types+node@20.14.9/node_modules/vite
src/features/authentication/components/LoginForm/LoginForm.test.tsx:142:17
C:\\Users\\runneradmin\\AppData\\Local\\Temp\\playwright-artifacts-0\\trace.zip
tests/e2e/__snapshots__/checkout-total-chromium-linux.png
node_modules/.cache/babel-loader/7f3a9c2e1b5d8f4a6c0e9b3d7a1f5c8e.json
main.8f3a1c2b.chunk.js is 1.2 MB
data-testid="checkout-submit-button-v2"
getByRole('button', {{ name: 'Submit' }}) is stable across redesigns
data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk
TypeError: Cannot read properties of undefined (reading 'accessToken')
TimeoutError: locator.click: Timeout 30000ms exceeded.
AssertionError: expected 'token-expired' to equal 'token-refreshed'
UnhandledPromiseRejection at /app/dist/server.js:1:204817
ERROR 1045 (28000): Access denied for user 'root'@'localhost' (using password: YES)
FATAL: password authentication failed for user "app"
fatal: Authentication failed for 'https://github.com/acme/shop.git/'
invalid_grant: refresh token expired after 2592000 seconds
E           KeyError: 'access_token'
assert response.json()["token"] == token
SELECT id, password_hash FROM users WHERE email = $1
Set-Cookie: session=; Max-Age=0; Path=/; HttpOnly
cache key: node-modules-Linux-{SHA256[:40]}
key: ${{{{ runner.os }}}}-node-${{{{ hashFiles('**/package-lock.json') }}}}
uses: actions/checkout@{SHA1}
resolved "https://registry.yarnpkg.com/left-pad/-/left-pad-1.3.0.tgz#{SHA1}"
golang.org/x/crypto v0.24.0 h1:mnl8DM0o513X8fdIkmyFE/5hTYxbwYOjDS/+rK6qpRI=
name = "requests" version = "2.32.3" source = {{ registry = "https://pypi.org/simple" }}
ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGqX8b4tq2w7u9vYpLmN3rQsTzKjHfDcVbAxE5oWiUy7 ci@runner
SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8 is the fingerprint of github.com
Use explicit waits with conditions instead of sleep(5000)
Validate forms incrementally, field by field
Retry the flaky upload three times with a delay of 2 s
""".strip().split("\n")


@pytest.mark.parametrize("kind", PLANTS)
def test_nineteen_of_twenty_planted_secrets_are_found(kind):
    chance = Random(kind)
    kinds = [
        {found.kind for found in secrets.find(chance.choice(AROUND).format(plant(kind, chance)[0]))}
        for _ in range(60)
    ]
    assert sum(kind in found for found in kinds) >= 57


@pytest.mark.parametrize("kind", PLANTS)
def test_nothing_of_a_redacted_secret_is_left(kind):
    chance = Random(kind)
    whole = 0
    for _ in range(20):
        text, secret = plant(kind, chance)
        left, kinds = secrets.redact(f"before\n{text}\nafter")
        pieces = {secret[at : at + 4] for at in range(len(secret) - 3)}
        if kinds:
            assert left.startswith("before\n")
            assert left.endswith("\nafter")
            rest = left.replace(f"[redacted: {kind}]", "")
            assert not {piece for piece in pieces if piece in rest}
        whole += bool(kinds)
    assert whole >= 19


def notes() -> list[str]:
    """Returns what people really write: lines of this project's own pages, and the hard ones above."""
    root = Path(__file__).parents[2]
    pages = [
        *root.glob("*.md"),
        *(root / "docs").rglob("*.md"),
        *root.glob(".alma.example/**/*.md"),
    ]
    lines = [
        line.strip() for page in sorted(pages) for line in page.read_text("utf-8").splitlines()
    ]
    return [*BENIGN, *(line for line in dict.fromkeys(lines) if len(line.split()) > 3)]


def test_at_most_one_of_a_hundred_ordinary_notes_is_refused():
    said = notes()
    assert len(said) >= 1000
    for some in (BENIGN, said):
        refused = [line for line in some if secrets.find(line)]
        assert len(refused) <= len(some) // 100, refused


def test_keys_from_documentation_are_secrets_too():
    assert secrets.find("AKIA" + "IOSFODNN7EXAMPLE")[0].kind == "aws-access-key"
    example = "wJalrXUtnFEMI/K7MDENG/" + "bPxRfiCYEXAMPLEKEY"
    assert secrets.find(f"aws_secret_access_key={example}")[0].kind == "aws-secret-key"


@pytest.mark.parametrize(
    "text",
    [
        'login(user="qa", password="hunter2")',
        "mysql --password=hunter2",
        "the job sets DB_PASSWORD=hunter2 and goes on",
        '{\\"password\\": \\"hunter2\\"}',
        "user: qa\npassword: hunter2\nhost: db",
        "the admin password is Tr0ub4dor&3.",
        "https://deploy:hunter2@ci.example.com/job",
        "postgres://shop:correcthorse@10.0.0.4/shop",
    ],
)
def test_passwords_that_people_make_up_are_found(text):
    assert secrets.find(text)


def test_a_key_that_is_cut_off_is_redacted_to_the_end():
    whole = private_key(Random(1))
    text, kinds = secrets.redact("key:\n" + whole[: len(whole) // 2])
    assert text == "key:\n[redacted: private-key]"
    assert kinds == ("private-key",)


def test_what_surrounds_a_secret_stays():
    host = secrets.redact("https://deploy:hunter2" + "@ci.example.com/job")[0]
    assert host == "https://deploy:[redacted: url-password]@ci.example.com/job"
    header = secrets.redact("Authorization: Bearer " + jwt(Random(2)) + " sent")
    assert header == ("Authorization: Bearer [redacted: jwt] sent", ("jwt",))


def test_several_secrets_are_told_in_the_order_of_the_text():
    chance = Random(3)
    plants = ["jwt", "npm-token", "aws-access-key", "jwt"]
    text = " and ".join(plant(kind, chance)[0] for kind in plants)
    found = secrets.find(text)
    assert [secret.kind for secret in found] == plants
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))


@given(st.text(max_size=200), st.sampled_from(sorted(PLANTS)), st.integers())
def test_redacted_text_holds_no_secret(text, kind, seed):
    once, _ = secrets.redact(f"{text}\n{plant(kind, Random(seed))[0]}\n{text}")
    assert secrets.redact(once) == (once, ())


@given(st.text())
def test_any_text_can_be_searched(text):
    for secret in secrets.find(text):
        assert 0 <= secret.start < secret.end <= len(text)


def test_clean_text_does_not_even_read_the_patterns():
    secrets.patterns.cache_clear()
    assert secrets.find("Use explicit waits with conditions instead of sleep(5000)") == ()
    assert secrets.patterns.cache_info().misses == 0


def test_every_needle_of_a_pattern_is_known_to_the_first_look():
    for pattern in secrets.patterns():
        for needle in pattern.needles:
            assert any(known in needle for known in secrets.NEEDLES), needle
    needles = {needle for pattern in secrets.patterns() for needle in pattern.needles}
    assert all(any(known in needle for needle in needles) for known in secrets.NEEDLES)


def test_the_data_has_no_key_that_nobody_reads():
    data = tomllib.loads(resources.files("alma_cli.rules").joinpath("secrets.toml").read_text())
    assert set(data) == {"pattern"}
    assert {key for each in data["pattern"] for key in each} == {
        "kind",
        "needles",
        "regex",
        "check",
    }
    assert {pattern.check for pattern in secrets.patterns()} == set(secrets.CHECKS)
    assert {pattern.kind for pattern in secrets.patterns()} == set(PLANTS)


def test_every_quantifier_is_bounded():
    for pattern in secrets.patterns():
        bare = re.sub(r"\\.|\[(?:\\.|[^\]\\])+\]", "x", pattern.regex)
        assert not re.search(r"(?<!\})[*+](?!\?)|[*+]\?|,\}", bare), pattern.regex


def hostile_texts(size):
    chance = Random(4)
    starts = {
        stretch
        for pattern in secrets.patterns()
        for needle in pattern.needles
        for stretch in (needle, needle + ' = "', needle + "a1")
    }
    starts |= {
        "eyJaaaaaaaaaaaa.",
        "-----BEGIN " + "PRIVATE KEY-----",
        "://a:",
        "curl -",
        "curl  -u a:",
    }
    starts |= {
        "-----BEGIN " + "PRIVATE KEY-----" + ("a" * 39 + " ") * 8,
        "A",
        " ",
        "-",
        "\n",
        "a1B",
        "\\",
    }
    starts |= {plant(kind, chance)[0][:-2] + "\n" for kind in PLANTS}
    for start in sorted(starts):
        yield (start * (size // len(start) + 1))[:size]
        yield start + "aB3" * ((size - len(start)) // 3)
        yield start + "a-" * ((size - len(start)) // 2)
        yield start + " " * (size - len(start))


def test_no_text_of_32_kib_holds_the_search_up():
    # Each takes some milliseconds; one step for each pair of characters would take many seconds.
    for text in hostile_texts(32 * 1024):
        before = process_time()
        secrets.find(text)
        assert process_time() - before < 1, text[:60]


WORN = {
    "a URL, with an at sign in it": ("postgres://app:{}@db.internal:5432/shop", "P@ss" + "w0rd"),
    "an element": ("<db-password>{}</db-password>", "Winter" + "2026"),
    "a .netrc": ("machine ci.local login deploy password {}", "Winter" + "2026"),
    "sshpass": ("sshpass -p {} ssh ci.local", "Winter" + "2026"),
    "mysql": ("mysql -u root -p{} shop < seed.sql", "Winter" + "2026"),
    "a Docker configuration": (
        '{{"auths": {{"ci.local": {{"auth": "{}"}}}}}}',
        "YW5uOm" + "h1bnRlcjIy",
    ),
    "an .npmrc": ("//ci.local/:_auth={}", "YW5uOm" + "h1bnRlcjIyeFk="),
    "a signed URL": (
        "https://shop.blob.core.windows.net/c?sv=2020-08-04&sig={}",
        "Gqsk" + "VOqDEzWTMgiMmDS8UXgCoipk7Hq2Zr5Lw9TnB1c%3D",
    ),
}
PLAIN = """
mysql -u root -p shop < seed.sql
mysql -P 3306 -h db.internal -protocol tcp
sshpass -p "$PASSWORD" ssh ci.local
<password>${DB_PASSWORD}</password>
<password>required</password>
"auth": "bearer", "author": "YW5uIHdyb3RlIHRoaXM="
machine ci.local login deploy password $PASSWORD
the login form password field
http://user:$PASSWORD@proxy:3128/a@b
https://example.com/verify?sig=short&next=/account
""".strip().splitlines()


@pytest.mark.parametrize("where", WORN)
def test_a_password_is_found_in_what_it_is_usually_worn(where):
    form, secret = WORN[where]
    redacted, kinds = secrets.redact(f"it failed: {form.format(secret)}")
    assert len(kinds) == 1
    assert secret not in redacted
    assert redacted.startswith("it failed: ")


@pytest.mark.parametrize("text", PLAIN)
def test_what_wears_the_same_is_no_password(text):
    assert secrets.find(text) == ()
