/* sasl.h - SASL PLAIN (RFC 4616), XOAUTH2 and base64, for IMAP and SMTP
 * SPDX-License-Identifier: MIT
 *
 * Written here because libetpan's own way needs Cyrus SASL's plug-ins, which
 * are a package of their own, and a process-wide lock.
 */
#ifndef LIB_SASL_H
#define LIB_SASL_H

#include <stddef.h>

/* Both: to be freed with sasl_free, NULL when memory is out. */
char *sasl_base64(const void *bytes, size_t size);
/* authzid NULL or "": as the authentication id itself. */
char *sasl_plain(const char *authzid, const char *authcid, const char *password);
/* The initial response of XOAUTH2 with the token that stands in a file now (the site's own tool renews it). NULL
 * and an error: secret_read's, or the token or name holds bytes that cannot stand there. */
struct error;
char *sasl_xoauth2(const char *user, const char *token_file, struct error *error);
/* What is told of a token that is not taken: host, user, file, what the server says. */
#define SASL_TOKEN_REFUSED "%s does not take the token of '%s' in '%s': %s; it has expired or is another user's: let the tool " \
                           "that renews the file run"
/* Overwrites and frees. NULL is fine. */
void sasl_free(char *text);

#endif
