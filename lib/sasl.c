/* sasl.c - SASL PLAIN (RFC 4616), XOAUTH2 and base64, for IMAP and SMTP
 * SPDX-License-Identifier: MIT
 */
#include "lib/sasl.h"

#include <gnutls/gnutls.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/secret.h"

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

static bool is_plain(const char *text)
{
    for (const unsigned char *at = (const unsigned char *)text; *at; at++)
        if (*at <= 0x20 || *at >= 0x7f)
            return false;
    return *text != '\0';
}

char *sasl_xoauth2(const char *user, const char *token_file, struct error *error)
{
    char token[SECRET_SIZE], *text = NULL;
    size_t length;
    if (secret_read(token_file, token, sizeof token, &length, error) < 0)
        return NULL;
    size_t size = strlen(user) + length + sizeof "user=\001auth=Bearer \001\001";
    char *joined = malloc(size);
    if (!is_plain(token) || !is_plain(user))
        error_set(error, ERROR_SETUP, "'%s' holds no token of one line, or the name '%s' cannot stand beside it", token_file, user);
    else if (!joined || snprintf(joined, size, "user=%s\001auth=Bearer %s\001\001", user, token) < 0 ||
             !(text = sasl_base64(joined, strlen(joined))))
        error_set(error, ERROR_RETRY, "out of memory");
    gnutls_memset(token, 0, sizeof token);
    if (joined)
        gnutls_memset(joined, 0, size);
    free(joined);
    return text;
}

void sasl_free(char *text)
{
    if (text)
        gnutls_memset(text, 0, strlen(text));
    free(text);
}
