"""OpenSSL, asked by command: a witness of signatures and certificates that shares no code with us."""

from __future__ import annotations

import base64
import shutil
import subprocess
import tempfile
from pathlib import Path

CHINA_UNIONPAY = "rehearsal@openssl@中国银联股份有限公司@00000001"


def openssl(*arguments, told=b""):
    """What the program answers; it fails when the program does."""
    command = ["openssl", *map(str, arguments)]
    return subprocess.run(command, input=told, capture_output=True, check=True).stdout


def digest(words):
    """The sixty-four letters UnionPay has signed, of every word that says something."""
    kept = {name: value for name, value in words.items() if value and name != "signature"}
    joined = "&".join(f"{name}={kept[name]}" for name in sorted(kept))
    return openssl("dgst", "-sha256", "-r", told=joined.encode())[:64]


def signature(key: Path, words):
    """The signature the owner of a key makes over some words."""
    signed = openssl("dgst", "-sha256", "-sign", key, told=digest(words))
    return base64.b64encode(signed).decode()


def holds(certificate: Path, words):
    """Whether the owner of a certificate signed these words."""
    with tempfile.TemporaryDirectory() as folder:
        public, signed = Path(folder, "public.pem"), Path(folder, "signature")
        public.write_bytes(openssl("x509", "-in", certificate, "-noout", "-pubkey"))
        signed.write_bytes(base64.b64decode(words["signature"]))
        arguments = ["dgst", "-sha256", "-verify", str(public), "-signature", str(signed)]
        command = ["openssl", *arguments]
        judged = subprocess.run(command, input=digest(words), capture_output=True, check=False)
    return judged.returncode == 0


def serial(certificate: Path):
    """The serial number of a certificate, in decimals."""
    told = openssl("x509", "-in", certificate, "-noout", "-serial").decode()
    return str(int(told.strip().partition("=")[2], 16))


class CertificateHouse:
    """A root, somebody in the middle, and whomever they certify, all made by the command."""

    def __init__(self, folder: Path):
        self.folder, self._keys = folder, []
        self.root = self._authority("root")
        self.middle = self._authority("middle", under="root")

    def file(self, name, kind="pem"):
        return self.folder / f"{name}.{kind}"

    def certify(self, name, *, subject=CHINA_UNIONPAY, under="middle", days=("-days", 30)):
        """A key and its certificate."""
        self._signed(name, subject, under, "basicConstraints=critical,CA:FALSE", days)
        return self.file(name)

    def _authority(self, name, *, under=None):
        self._signed(name, f"rehearsal {name}", under or name, "basicConstraints=critical,CA:TRUE")
        return self.file(name)

    def _signed(self, name, subject, under, extension, days=("-days", 30)):
        key, asked = self.file(name, "key"), self.file(name, "csr")
        self._keyed(key)
        named = ["-subj", f"/C=CN/CN={subject}", "-utf8"]
        openssl("req", "-new", "-sha256", "-key", key, "-out", asked, *named)
        self.file(name, "ext").write_text(f"{extension}\n")
        by = ["-signkey", key] if under == name else self._by(under)
        written = ["-extfile", self.file(name, "ext"), "-out", self.file(name)]
        openssl("x509", "-req", "-sha256", "-in", asked, *by, *days, *written)

    def _keyed(self, key):
        """A key of its own for the first four; the others borrow one, as making keys is slow."""
        if len(self._keys) < 4:
            openssl("genrsa", "-out", key, 2048)
            self._keys.append(key)
        else:
            shutil.copy(self._keys[-1], key)

    def _by(self, name):
        return ["-CA", self.file(name), "-CAkey", self.file(name, "key"), "-CAcreateserial"]
