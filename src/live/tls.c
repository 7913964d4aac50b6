#include "live/tls.h"

#include "base/arena.h"

#include <errno.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

enum { PIN_BITS = 60, DAY_S = 24 * 3600, VALID_DAYS = 3650, NAME_BYTES = 256 };

struct tls {
    SSL_CTX *context;
    uint64_t pin;
    char host[NAME_BYTES]; /* "" where the pin decides */
    bool deceived;
};

/* ---- our own certificate ------------------------------------------------------------------------------ */

static X509 *sign_oneself(EVP_PKEY *key)
{
    X509 *certificate = X509_new();
    uint64_t serial = 0;
    if (!certificate)
        return NULL;
    X509_NAME *name = X509_get_subject_name(certificate);
    bool good =
        RAND_bytes((unsigned char *)&serial, sizeof serial) == 1 &&
        X509_set_version(certificate, X509_VERSION_3) == 1 &&
        ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1) == 1 &&
        X509_gmtime_adj(X509_getm_notBefore(certificate), -DAY_S) &&
        X509_gmtime_adj(X509_getm_notAfter(certificate), (long)VALID_DAYS * DAY_S) &&
        X509_set_pubkey(certificate, key) == 1 &&
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"nntutor class",
                                   -1, -1, 0) == 1 &&
        X509_set_issuer_name(certificate, name) == 1 &&
        X509_sign(certificate, key, EVP_sha256()) > 0;
    if (good)
        return certificate;
    X509_free(certificate);
    return NULL;
}

bool tls_make_identity(struct buf *pem, struct err *err)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = key ? sign_oneself(key) : NULL;
    BIO *out = BIO_new(BIO_s_mem());
    char *bytes;
    bool good = certificate && out &&
                PEM_write_bio_PrivateKey(out, key, NULL, NULL, 0, NULL, NULL) == 1 &&
                PEM_write_bio_X509(out, certificate) == 1;
    long length = good ? BIO_get_mem_data(out, &bytes) : 0;
    if (length > 0)
        buf_add_n(pem, bytes, (size_t)length);
    BIO_free(out);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return length > 0 || err_set(err, "OpenSSL cannot make a certificate for the class");
}

static bool pin_of(const X509 *certificate, uint64_t *pin)
{
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned int size;
    if (X509_digest(certificate, EVP_sha256(), hash, &size) != 1 || size != 32)
        return false;
    *pin = 0;
    for (int i = 0; i < 8; i++)
        *pin = *pin << 8 | hash[i];
    *pin >>= 64 - PIN_BITS;
    return true;
}

bool tls_identity_pin(const char *pem, uint64_t *pin)
{
    BIO *in = BIO_new_mem_buf(pem, -1);
    X509 *certificate = in ? PEM_read_bio_X509(in, NULL, NULL, NULL) : NULL;
    bool good = certificate && pin_of(certificate, pin);
    X509_free(certificate);
    BIO_free(in);
    return good;
}

/* ---- whom one trusts ---------------------------------------------------------------------------------- */

/* Instead of the library's own verification. Neither name nor date matters: a laptop whose clock is wrong
 * joins too. That the other side holds the certificate's key is proved by the rest of the handshake. */
static int check_pin(X509_STORE_CTX *store, void *user)
{
    struct tls *tls = user;
    const X509 *certificate = X509_STORE_CTX_get0_cert(store);
    uint64_t pin;
    if (certificate && pin_of(certificate, &pin) && pin == tls->pin)
        return 1;
    X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_REJECTED);
    tls->deceived = true;
    return 0;
}

static int check_authority(X509_STORE_CTX *store, void *user)
{
    struct tls *tls = user;
    int good = X509_verify_cert(store);
    if (good != 1)
        tls->deceived = true;
    return good;
}

/* We connect to a number; who shares one address between names wants to hear the name. */
static void say_name(const SSL *ssl, int where, int unused)
{
    struct tls *tls = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
    (void)unused;
    char *name = *tls->host ? tls->host : NULL;
    if (where & SSL_CB_HANDSHAKE_START)
        SSL_set_tlsext_host_name((SSL *)ssl, name);
}

static struct tls *trust(int (*check)(X509_STORE_CTX *, void *), struct err *err)
{
    struct tls *tls = memory_alloc(sizeof *tls);
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    tls->context = context;
    if (!context || SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) != 1) {
        err_set(err, "OpenSSL cannot speak TLS 1.3");
        tls_free(tls);
        return NULL;
    }
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_cert_verify_callback(context, check, tls);
    SSL_CTX_set_app_data(context, tls);
    SSL_CTX_set_info_callback(context, say_name);
    /* The library repeats a partial write from wherever its packet lies by then. */
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                  SSL_MODE_RELEASE_BUFFERS);
    return tls;
}

struct tls *tls_trust_pin(uint64_t pin, struct err *err)
{
    struct tls *tls = trust(check_pin, err);
    if (!tls)
        return NULL;
    tls->pin = pin;
    /* Who holds this pin is our own broker (broker.c, tls_make_identity): what it will choose is all that is
     * offered, which spares a class that comes in at once a twentieth of its handshakes. */
    SSL_CTX_set1_groups_list(tls->context, "X25519");
    SSL_CTX_set1_sigalgs_list(tls->context, "ECDSA+SHA256");
    return tls;
}

struct tls *tls_trust_authority(const char *host, const char *ca_file, struct err *err)
{
    struct tls *tls = trust(check_authority, err);
    if (!tls)
        return NULL;
    snprintf(tls->host, sizeof tls->host, "%s", host);
    X509_VERIFY_PARAM *param = SSL_CTX_get0_param(tls->context);
    bool number = X509_VERIFY_PARAM_set1_ip_asc(param, host) == 1;
    bool good = (number || X509_VERIFY_PARAM_set1_host(param, host, 0) == 1) ||
                err_set(err, "%.80s: not a name of a broker", host);
    if (number)
        tls->host[0] = '\0'; /* SNI carries names only */
    X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (good && ca_file && SSL_CTX_load_verify_file(tls->context, ca_file) != 1)
        good = err_set(err, "%.300s: not a file of certificates (PEM) of an authority", ca_file);
    if (good && !ca_file && SSL_CTX_set_default_verify_paths(tls->context) != 1)
        good = err_set(err, "this system knows no authorities; name one with --ca FILE");
    if (good)
        return tls;
    tls_free(tls);
    return NULL;
}

void tls_free(struct tls *tls)
{
    if (!tls)
        return;
    SSL_CTX_free(tls->context);
    memory_free(tls);
}

void *tls_context(const struct tls *tls)
{
    return tls->context;
}

bool tls_was_deceived(struct tls *tls)
{
    bool was = tls->deceived;
    tls->deceived = false;
    return was;
}
