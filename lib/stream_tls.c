/* stream_tls.c - the GnuTLS half of a stream
 * SPDX-License-Identifier: MIT
 */
#include "config.h"

#include "lib/stream_tls.h"

#include <arpa/inet.h>
#include <errno.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/stream.h"

/* The system's certificates cost a megabyte and milliseconds to load: one copy for all connections
 * that trust the same file, until the file changes. */
struct trust {
    struct trust *next;
    int references;
    gnutls_certificate_credentials_t credentials;
    gnutls_priority_t priority; /* 8 KB: not for each connection */
    int64_t modified, size;
    char file[]; /* "": the system's */
};
static struct trust *trusts;
static pthread_mutex_t trusts_lock = PTHREAD_MUTEX_INITIALIZER;

struct stream_session {
    gnutls_session_t tls;
    struct trust *trust;
};

static void trust_free(struct trust *trust)
{
    if (!trust)
        return;
    if (trust->priority)
        gnutls_priority_deinit(trust->priority);
    if (trust->credentials)
        gnutls_certificate_free_credentials(trust->credentials);
    free(trust);
}

static struct trust *trust_load(const char *file, const struct stat *status, struct error *error)
{
    struct trust *trust = calloc(1, sizeof *trust + strlen(file) + 1);
    if (!trust || gnutls_certificate_allocate_credentials(&trust->credentials) < 0 ||
        gnutls_priority_init(&trust->priority, NULL, NULL) < 0) {
        trust_free(trust);
        error_set(error, ERROR_RETRY, "out of memory");
        return NULL;
    }
    int count = *file ? gnutls_certificate_set_x509_trust_file(trust->credentials, file, GNUTLS_X509_FMT_PEM)
                      : gnutls_certificate_set_x509_system_trust(trust->credentials);
    if (count <= 0) {
        error_set(error, ERROR_SETUP, "no certificate can be read from '%s': %s; set \"ca\" to a PEM file",
                  *file ? file : "the system's store", count < 0 ? gnutls_strerror(count) : "it is empty");
        trust_free(trust);
        return NULL;
    }
    memcpy(trust->file, file, strlen(file) + 1);
    trust->modified = status->st_mtime;
    trust->size = status->st_size;
    return trust;
}

static struct trust *trust_get(const char *file, struct error *error)
{
    struct stat status = { 0 };
    if (!file)
        file = "";
    if (*file && stat(file, &status) < 0) {
        error_set(error, ERROR_SETUP, "cannot read \"ca\" '%s': %s", file, strerror(errno));
        return NULL;
    }
    pthread_mutex_lock(&trusts_lock);
    struct trust *trust = trusts;
    while (trust && (strcmp(trust->file, file) != 0 || trust->modified != status.st_mtime || trust->size != status.st_size))
        trust = trust->next;
    if (!trust && (trust = trust_load(file, &status, error))) {
        trust->next = trusts;
        trusts = trust;
    }
    if (trust)
        trust->references++;
    pthread_mutex_unlock(&trusts_lock);
    return trust;
}

static void trust_release(struct trust *trust)
{
    if (!trust)
        return;
    pthread_mutex_lock(&trusts_lock);
    if (--trust->references == 0) {
        struct trust **link = &trusts;
        while (*link != trust)
            link = &(*link)->next;
        *link = trust->next;
        trust_free(trust);
    }
    pthread_mutex_unlock(&trusts_lock);
}

static const char *certificate_name(const struct endpoint *endpoint)
{
    return endpoint->tls_name ? endpoint->tls_name : endpoint->host;
}

static bool is_address(const char *name)
{
    unsigned char bytes[16];
    return inet_pton(AF_INET, name, bytes) == 1 || inet_pton(AF_INET6, name, bytes) == 1;
}

struct stream_session *stream_session_new(const struct endpoint *endpoint, void *context, stream_push *push,
                                          stream_pull *pull, struct error *error)
{
    struct stream_session *session = calloc(1, sizeof *session);
    if (!session) {
        error_set(error, ERROR_RETRY, "out of memory");
        return NULL;
    }
    session->trust = trust_get(endpoint->ca_file, error);
    if (!session->trust || gnutls_init(&session->tls, GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_TICKETS) < 0) {
        if (session->trust)
            error_set(error, ERROR_RETRY, "out of memory");
        trust_release(session->trust);
        free(session);
        return NULL;
    }
    const char *name = certificate_name(endpoint);
    gnutls_priority_set(session->tls, session->trust->priority);
    gnutls_credentials_set(session->tls, GNUTLS_CRD_CERTIFICATE, session->trust->credentials);
    if (!is_address(name)) /* RFC 6066 section 3: no addresses in the server name */
        gnutls_server_name_set(session->tls, GNUTLS_NAME_DNS, name, strlen(name));
    if (!endpoint->insecure)
        gnutls_session_set_verify_cert(session->tls, name, 0);
    gnutls_transport_set_ptr(session->tls, context);
    gnutls_transport_set_push_function(session->tls, push);
    gnutls_transport_set_pull_function(session->tls, pull);
    return session;
}

void stream_session_free(struct stream_session *session, bool polite)
{
    if (!session)
        return;
    if (polite)
        (void)gnutls_bye(session->tls, GNUTLS_SHUT_WR);
    gnutls_deinit(session->tls);
    trust_release(session->trust);
    free(session);
}

static int refuse_certificate(struct stream_session *session, const struct endpoint *endpoint, struct error *error)
{
    unsigned status = gnutls_session_get_verify_cert_status(session->tls);
    gnutls_datum_t text = { NULL, 0 };
    if (gnutls_certificate_verification_status_print(status, GNUTLS_CRT_X509, &text, 0) < 0)
        text.data = NULL;
    const char *mend = status & GNUTLS_CERT_UNEXPECTED_OWNER
                           ? "set \"tls_name\" to the name that the certificate bears, or \"host\" to it"
                       : status & GNUTLS_CERT_EXPIRED ? "renew the server's certificate"
                                                      : "set \"ca\" to the certificate of its authority";
    error_set(error, ERROR_SETUP, "the certificate of %s port %d is refused for the name '%s': %s%s", endpoint->host,
              endpoint->port, certificate_name(endpoint), text.data ? (const char *)text.data : "it cannot be verified. ",
              mend);
    gnutls_free(text.data);
    return -1;
}

int stream_session_handshake(struct stream_session *session, const struct endpoint *endpoint, struct error *error)
{
    int done = gnutls_handshake(session->tls);
    if (done == GNUTLS_E_SUCCESS)
        return 1;
    if (!gnutls_error_is_fatal(done)) /* also a warning alert: the handshake goes on */
        return 0;
    if (done == GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR)
        return refuse_certificate(session, endpoint, error);
    return error_set(error, done == GNUTLS_E_UNEXPECTED_PACKET_LENGTH || done == GNUTLS_E_UNSUPPORTED_VERSION_PACKET
                                ? ERROR_SETUP : ERROR_RETRY,
                     "TLS with %s port %d failed: %s; is this the right port for \"tls\"?", endpoint->host,
                     endpoint->port, gnutls_strerror(done));
}

bool stream_session_wants_write(const struct stream_session *session)
{
    return gnutls_record_get_direction(session->tls) == 1;
}

static ssize_t failed(ssize_t done, struct error *fault)
{
    errno = EAGAIN;
    if (done == GNUTLS_E_AGAIN || done == GNUTLS_E_INTERRUPTED)
        return -1;
    errno = EIO;
    return error_set(fault, ERROR_RETRY, "connection lost: %s", gnutls_strerror((int)done));
}

ssize_t stream_session_read(struct stream_session *session, void *bytes, size_t size, struct error *fault)
{
    ssize_t got;
    do /* TLS 1.3 tickets and rekeying are no data, and no reason to wait */
        got = gnutls_record_recv(session->tls, bytes, size);
    while (got == GNUTLS_E_INTERRUPTED || got == GNUTLS_E_WARNING_ALERT_RECEIVED);
    if (got == GNUTLS_E_PREMATURE_TERMINATION)
        got = 0;
    return got < 0 ? failed(got, fault) : got;
}

ssize_t stream_session_write(struct stream_session *session, const void *bytes, size_t size, struct error *fault)
{
    ssize_t put = gnutls_record_send(session->tls, bytes, size);
    return put < 0 ? failed(put, fault) : put;
}

bool stream_session_pending(const struct stream_session *session)
{
    return gnutls_record_check_pending(session->tls) > 0;
}
