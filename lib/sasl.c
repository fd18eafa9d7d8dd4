/* sasl.c - SASL PLAIN (RFC 4616) and base64, for IMAP and SMTP
 * SPDX-License-Identifier: MIT
 */
#include "lib/sasl.h"

#include <gnutls/gnutls.h>
#include <stdlib.h>
#include <string.h>

char *sasl_base64(const void *bytes, size_t size)
{
    gnutls_datum_t in = { (unsigned char *)(size_t)bytes, (unsigned)size }, out = { NULL, 0 };
    if (gnutls_base64_encode2(&in, &out) < 0)
        return NULL;
    char *text = malloc((size_t)out.size + 1);
    if (text) {
        memcpy(text, out.data, out.size);
        text[out.size] = '\0';
    }
    gnutls_memset(out.data, 0, out.size);
    gnutls_free(out.data);
    return text;
}

char *sasl_plain(const char *authzid, const char *authcid, const char *password)
{
    if (!authzid)
        authzid = "";
    size_t first = strlen(authzid) + 1, second = strlen(authcid) + 1, third = strlen(password);
    char *joined = malloc(first + second + third + 1);
    if (!joined)
        return NULL;
    memcpy(joined, authzid, first);
    memcpy(joined + first, authcid, second);
    memcpy(joined + first + second, password, third + 1);
    char *text = sasl_base64(joined, first + second + third);
    gnutls_memset(joined, 0, first + second + third);
    free(joined);
    return text;
}

void sasl_free(char *text)
{
    if (text)
        gnutls_memset(text, 0, strlen(text));
    free(text);
}
