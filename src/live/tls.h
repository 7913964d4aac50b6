/* live/tls.h: how the two ends of a class know each other on a network.
 *
 * A class has a certificate of its own making, and its join code carries 60 bits of that certificate's
 * SHA-256: whoever has the code needs no authority to know the right broker from a false one, and tells
 * a false one nothing, because the pin is checked within the handshake. A broker that somebody else
 * runs is known by an authority (CA) and its name, as a web site is. TLS 1.3 only. */
#ifndef LIVE_TLS_H
#define LIVE_TLS_H

#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

/* What a connection trusts; shared by any number of them, in one thread. */
struct tls;

/* Appends a new key (EC P-256) and its self-signed certificate, both as PEM. */
bool tls_make_identity(struct buf *pem, struct err *err);
/* The first 60 bits of the SHA-256 of the certificate in it; false: there is none. */
bool tls_identity_pin(const char *pem, uint64_t *pin);

/* Trusts the holder of the certificate with this pin. */
struct tls *tls_trust_pin(uint64_t pin, struct err *err);
/* Trusts `host` where an authority of the file vouches for it; NULL: those of the system. */
struct tls *tls_trust_authority(const char *host, const char *ca_file, struct err *err);
void tls_free(struct tls *tls); /* NULL is passed over */

/* An SSL_CTX. */
void *tls_context(const struct tls *tls);
/* Did the other side, since the last call, turn out to be somebody else? */
bool tls_was_deceived(struct tls *tls);

#endif
