"""The test PKI at work: keys made in this run, certificates, a time-stamping authority, OCSP answers and CRLs, all offline."""
import functools
import tempfile
from datetime import datetime, timezone
from pathlib import Path

import yaml
from asn1crypto import ocsp, x509
from certomancer.registry import ArchLabel, CertLabel, CertomancerConfig, KeyLabel, ServiceLabel
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.sign.signers import SimpleSigner
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

# When everything is signed, and when it is judged: runs repeat, whatever the clock says.
SIGNED = datetime(2026, 11, 19, 2, 0, tzinfo=timezone.utc)
JUDGED = datetime(2026, 11, 20, 2, 0, tzinfo=timezone.utc)

# Keys take their time; what follows has its own only where it matters.
_own_key = ('root', 'state', 'agency', 'tsa', 'short', 'p256', 'p384', 'p521', 'ed25519', 'rogue-root', 'rogue')
_curves = {'p256': ec.SECP256R1, 'p384': ec.SECP384R1, 'p521': ec.SECP521R1}


def _new_key(name):
    if name in _curves:
        return ec.generate_private_key(_curves[name]())
    if name == 'ed25519':
        return ed25519.Ed25519PrivateKey.generate()
    return rsa.generate_private_key(65537, 1024 if name == 'short' else 2048)


# Loading an RSA key proves its primes each time, and every signature loads its key: the other half.
serialization.load_der_private_key = functools.cache(serialization.load_der_private_key)


class Pki:
    """What certomancer makes of pki.yml."""

    def __init__(self):
        config = yaml.safe_load((Path(__file__).parent / 'pki.yml').read_text('utf-8'))
        names = list(config['pki-architectures']['hub']['entities'])
        config['keysets']['keys']['keys'] = {
            name: {'path': f'{name if name in _own_key else "other"}.pem'} for name in names
        }
        # certomancer wants keys as files; it has read them all before the folder goes.
        with tempfile.TemporaryDirectory() as folder:
            for name in (*_own_key, 'other'):
                pem = _new_key(name).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
                (Path(folder) / f'{name}.pem').write_bytes(pem)
            self._arch = CertomancerConfig(config, key_search_dir=folder).get_pki_arch(ArchLabel('hub'))
        # Read back from its bytes a certificate is not put together again for each signature: half the run's time.
        built = {name: self._arch.get_cert(CertLabel(name)).dump() for name in names}
        self._arch._cert_cache.update({CertLabel(name): x509.Certificate.load(der) for name, der in built.items()})

    def certificate(self, name):
        return self._arch.get_cert(CertLabel(name))

    def signer(self, name, pss=False, chain=('state', 'root')):
        """`chain`: the certificates that go into the CMS besides the signer's own."""
        above = SimpleCertificateStore()
        above.register_multiple([self.certificate(one) for one in (('rogue-root',) if name == 'rogue' else chain)])
        key = self._arch.key_set.get_private_key(KeyLabel(name))
        return SimpleSigner(self.certificate(name), key, above, prefer_pss=pss)

    def stamper(self, name='tsa', at=SIGNED):
        return _Stamper(self._arch, name, at)

    def crl(self, name, at=JUDGED):
        return self._arch.service_registry.get_crl(ServiceLabel(name), at)

    def answer(self, name, at=JUDGED):
        """The OCSP answer about one certificate of the state CA."""
        subject, issuer = self.certificate(name), self.certificate('state')
        question = ocsp.CertId(
            {
                'hash_algorithm': {'algorithm': 'sha1'},
                'issuer_name_hash': issuer.subject.sha1,
                'issuer_key_hash': issuer.public_key.sha1,
                'serial_number': subject.serial_number,
            }
        )
        request = ocsp.OCSPRequest({'tbs_request': {'request_list': [{'req_cert': question}]}})
        return self._arch.service_registry.summon_responder(ServiceLabel('state'), at).build_ocsp_response(request)

    def context(self, at, answers=(), crls=('root', 'state')):
        """What a signer at `at` can learn about its own certificates; nothing comes from a network."""
        return ValidationContext(
            trust_roots=[self.certificate('root')],
            other_certs=[self.certificate('state')],
            crls=[self.crl(one, at) for one in crls],
            ocsps=[self.answer(one, at) for one in answers],
            moment=at,
            revocation_mode='require',
        )


class _Stamper(TimeStamper):
    """certomancer's authority asked directly instead of over HTTP."""

    def __init__(self, arch, name, at):
        super().__init__(include_nonce=False)
        self._authority = arch.service_registry.summon_timestamper(ServiceLabel(name), at)

    async def async_request_tsa_response(self, req):
        return self._authority.request_tsa_response(req)
