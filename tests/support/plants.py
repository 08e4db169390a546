"""Secrets of every kind that must be found, each made by chance."""

import base64
import json

LOWER = "abcdefghijklmnopqrstuvwxyz"
UPPER = LOWER.upper()
DIGITS = "0123456789"
HEX = DIGITS + "abcdef"
BASE62 = LOWER + UPPER + DIGITS
URLSAFE = BASE62 + "-_"
BASE64 = BASE62 + "+/"


def chars(chance, alphabet, count):
    return "".join(chance.choice(alphabet) for _ in range(count))


def encoded(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def jwt(chance):
    head = encoded(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
    body = encoded(json.dumps({"sub": chars(chance, DIGITS, 12), "role": "qa"}).encode())
    return f"{head}.{body}.{chars(chance, URLSAFE, 43)}"


def private_key(chance):
    name = chance.choice(["RSA ", "EC ", "OPENSSH ", ""])
    lines = "\n".join(chars(chance, BASE64, 64) for _ in range(chance.randint(3, 20)))
    return f"-----BEGIN {name}" + f"PRIVATE KEY-----\n{lines}\n-----END {name}" + "PRIVATE KEY-----"


def human_password(chance):
    word = chance.choice(["Summer", "dragon", "Winter", "monkey", "Berlin"])
    return word + chars(chance, DIGITS, 4) + chance.choice(["", "!", "#"])


def basic(chance):
    return base64.b64encode(f"deploy:{chars(chance, BASE62, 12)}".encode()).decode()


# Each is put together from pieces, so that no scanner stumbles over this file. What stands between
# « and » is the secret itself, where that is not all.
PLANTS = {
    "private-key": private_key,
    "jwt": jwt,
    "aws-access-key": lambda c: c.choice(["AK", "AS"]) + "IA" + chars(c, UPPER + "234567", 16),
    "aws-secret-key": lambda c: "aws_secret_" + f"access_key = «{chars(c, BASE64, 40)}»",
    "github-token": lambda c: (
        c.choice(["gh" + "p_", "gh" + "o_", "gh" + "s_"]) + chars(c, BASE62, 36)
        if c.random() < 0.5
        else "github" + "_pat_" + chars(c, BASE62, 22) + "_" + chars(c, BASE62, 59)
    ),
    "gitlab-token": lambda c: "gl" + "pat-" + chars(c, URLSAFE, 20),
    "slack-token": lambda c: (
        "xox" + f"b-{chars(c, DIGITS, 12)}-{chars(c, DIGITS, 12)}-{chars(c, BASE62, 24)}"
    ),
    "slack-webhook": lambda c: (
        "https://hooks.sl" + f"ack.com/services/«T{chars(c, UPPER + DIGITS, 8)}"
        f"/B{chars(c, UPPER + DIGITS, 8)}/{chars(c, BASE62, 24)}»"
    ),
    "discord-webhook": lambda c: (
        "https://discord.com/api/web" + f"hooks/«{chars(c, DIGITS, 18)}/{chars(c, URLSAFE, 68)}»"
    ),
    "telegram-token": lambda c: (
        f"{c.randint(10**9, 10**10 - 1)}" + ":A" + "A" + chars(c, URLSAFE, 33)
    ),
    "stripe-key": lambda c: "sk_" + c.choice(["live", "test"]) + "_" + chars(c, BASE62, 24),
    "google-api-key": lambda c: "AI" + "za" + chars(c, URLSAFE, 35),
    "openai-key": lambda c: "sk" + c.choice(["-", "-proj-"]) + chars(c, BASE62, 48),
    "anthropic-key": lambda c: "sk-" + "ant-api03-" + chars(c, URLSAFE, 93) + "AA",
    "huggingface-token": lambda c: "h" + "f_" + chars(c, LOWER + UPPER, 34),
    "model-service-key": lambda c: "gs" + "k_" + chars(c, BASE62, 52),
    "npm-token": lambda c: "np" + "m_" + chars(c, BASE62, 36),
    "pypi-token": lambda c: "pypi-" + "AgEIcHlwaS5vcmc" + chars(c, URLSAFE, 150),
    "rubygems-token": lambda c: "ruby" + "gems_" + chars(c, HEX, 48),
    "docker-token": lambda c: "dckr" + "_pat_" + chars(c, URLSAFE, 27),
    "sendgrid-key": lambda c: "S" + "G." + chars(c, URLSAFE, 22) + "." + chars(c, URLSAFE, 43),
    "mailgun-key": lambda c: "ke" + "y-" + chars(c, HEX, 32),
    "twilio-key": lambda c: "S" + "K" + chars(c, HEX, 32),
    "azure-key": lambda c: (
        "DefaultEndpointsProtocol=https;AccountName=qa;Account" + f"Key=«{chars(c, BASE64, 86)}==»"
    ),
    "cloud-token": lambda c: "dop" + "_v1_" + chars(c, HEX, 64),
    "shopify-token": lambda c: "shp" + "at_" + chars(c, HEX, 32),
    "service-key": lambda c: "lin" + "_api_" + chars(c, BASE62, 40),
    "age-key": lambda c: "AGE-SECRET-" + "KEY-1" + chars(c, UPPER + DIGITS, 58),
    "url-password": lambda c: f"postgres://app:«{chars(c, BASE62, 12)}»" + "@db.internal:5432/shop",
    "basic-authorization": lambda c: "Authorization: " + f"Basic «{basic(c)}»",
    "bearer-token": lambda c: "Authorization: " + f"Bearer «{chars(c, BASE62, 40)}»",
    "curl-password": lambda c: (
        f"curl -s -u deploy:«{chars(c, BASE62, 14)}»" + " https://ci.local/x"
    ),
    "password": lambda c: (
        c.choice(["password = ", "DB_PASSWORD=", '"password": ', "pwd => "])
        + f'"«{human_password(c)}»"'
    ),
    "secret": lambda c: (
        c.choice(["client_secret: ", "API_KEY=", "auth_token = ", '"apiKey": '])
        + f'"«{c.choice([chars(c, BASE62, 32), chars(c, HEX, 40), chars(c, LOWER + DIGITS, 24)])}»"'
    ),
}


def plant(kind, chance):
    """Returns a text with a secret of that kind, and the part that must not be left of it."""
    text = PLANTS[kind](chance)
    bare = text.replace("«", "").replace("»", "")
    return bare, text.partition("«")[2].partition("»")[0] or bare
