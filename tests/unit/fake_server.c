/* fake_server.c - a scripted IMAP or SMTP server, forked inside a test
 * SPDX-License-Identifier: MIT
 */
#include "config.h"

#include "fake_server.h"

#include <arpa/inet.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct peer {
    int fd;
    gnutls_session_t tls;
    long left; /* bytes that may be sent, -1: no limit */
    bool gone;
    char tag[64];
    char line[70000];
};

static void put(struct peer *peer, const char *bytes, size_t size)
{
    bool cut = peer->left >= 0 && (long)size >= peer->left;
    if (cut)
        size = (size_t)peer->left;
    while (size > 0 && !peer->gone) {
        ssize_t sent = peer->tls ? gnutls_record_send(peer->tls, bytes, size) : send(peer->fd, bytes, size, MSG_NOSIGNAL);
        if (sent <= 0) {
            peer->gone = true;
            return;
        }
        bytes += sent;
        size -= (size_t)sent;
        if (peer->left >= 0)
            peer->left -= sent;
    }
    if (cut)
        peer->gone = true;
}

static void put_text(struct peer *peer, const char *text)
{
    const char *mark;
    while ((mark = strstr(text, "%t"))) {
        put(peer, text, (size_t)(mark - text));
        put(peer, peer->tag, strlen(peer->tag));
        text = mark + 2;
    }
    put(peer, text, strlen(text));
}

static void get_line(struct peer *peer)
{
    size_t size = 0;
    char byte;
    while (size + 1 < sizeof peer->line) {
        ssize_t got = peer->tls ? gnutls_record_recv(peer->tls, &byte, 1) : recv(peer->fd, &byte, 1, 0);
        if (got <= 0) {
            peer->gone = true;
            break;
        }
        peer->line[size++] = byte;
        if (byte == '\n')
            break;
    }
    peer->line[size] = '\0';
}

static void start_tls(struct peer *peer, gnutls_certificate_credentials_t credentials)
{
    gnutls_init(&peer->tls, GNUTLS_SERVER);
    gnutls_set_default_priority(peer->tls);
    gnutls_credentials_set(peer->tls, GNUTLS_CRD_CERTIFICATE, credentials);
    gnutls_transport_set_int(peer->tls, peer->fd);
    int done;
    do
        done = gnutls_handshake(peer->tls);
    while (done < 0 && !gnutls_error_is_fatal(done));
    peer->gone = done < 0;
}

int *fake_notes(void)
{
    static int *notes;
    if (!notes)
        notes = mmap(NULL, sizeof *notes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return notes;
}

static void take_literal(struct peer *peer)
{
    const char *brace = strrchr(peer->line, '{');
    long size = brace ? strtol(brace + 1, NULL, 10) : 0;
    put_text(peer, "+ go\r\n");
    while (size > 0 && !peer->gone) {
        get_line(peer);
        size -= (long)strlen(peer->line);
    }
    if (size == 0)
        get_line(peer); /* the end of the command */
}

static void play(struct peer *peer, const struct fake_step *step, gnutls_certificate_credentials_t credentials)
{
    char drain[4096];
    size_t total;
    for (; step->op != FAKE_END && !peer->gone; step++)
        switch (step->op) {
        case FAKE_SEND: put_text(peer, step->text); break;
        case FAKE_FLOOD:
            for (size_t i = 0; i < step->count && !peer->gone; i++)
                put_text(peer, step->text);
            break;
        case FAKE_EXPECT:
        case FAKE_EXPECT_ANY:
            get_line(peer);
            snprintf(peer->tag, sizeof peer->tag, "%.*s", (int)strcspn(peer->line, " \r\n"), peer->line);
            if (step->op == FAKE_EXPECT && !strcasestr(peer->line, step->text))
                peer->gone = true;
            break;
        case FAKE_LITERAL:
            for (total = 0; total < step->count && !peer->gone; total += strlen(peer->line)) {
                get_line(peer);
                if (strcmp(peer->line, ".\r\n") == 0)
                    break;
            }
            break;
        case FAKE_APPEND: take_literal(peer); break;
        case FAKE_NOTE: ++*fake_notes(); break;
        case FAKE_TLS: start_tls(peer, credentials); break;
        case FAKE_SILENCE:
            while (recv(peer->fd, drain, sizeof drain, 0) > 0)
                ;
            break;
        case FAKE_PAUSE: poll(NULL, 0, (int)step->count); break;
        case FAKE_END: break;
        }
    if (peer->tls) {
        if (!peer->gone)
            gnutls_bye(peer->tls, GNUTLS_SHUT_WR);
        gnutls_deinit(peer->tls);
    }
    close(peer->fd);
}

struct fake_server fake_start(const struct fake_step *script, long cut_after, const char *certificate, const char *key)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, size) < 0 || listen(listener, 16) < 0 ||
        getsockname(listener, (struct sockaddr *)&address, &size) < 0)
        abort();
    (void)fake_notes();
    struct fake_server server = { .port = ntohs(address.sin_port), .child = fork() };
    if (server.child == 0) {
        alarm(60);
        signal(SIGPIPE, SIG_IGN);
        gnutls_certificate_credentials_t credentials = NULL;
        if (certificate) {
            gnutls_certificate_allocate_credentials(&credentials);
            if (gnutls_certificate_set_x509_key_file(credentials, certificate, key, GNUTLS_X509_FMT_PEM) < 0)
                _exit(3);
        }
        for (long connection = 0;; connection++) {
            static struct peer peer;
            memset(&peer, 0, sizeof peer);
            peer.fd = accept(listener, NULL, NULL);
            peer.left = cut_after == FAKE_CUT_EACH ? connection : cut_after;
            int on = 1; /* many small pieces: Nagle would hold each for 40 ms */
            (void)setsockopt(peer.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            if (peer.fd >= 0)
                play(&peer, script, credentials);
        }
    }
    close(listener);
    return server;
}

void fake_stop(struct fake_server *server)
{
    kill(server->child, SIGKILL);
    waitpid(server->child, NULL, 0);
}

static void write_file(const char *directory, const char *name, const char *suffix, const gnutls_datum_t *data)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s.%s", directory, name, suffix);
    FILE *file = fopen(path, "w");
    if (!file || fwrite(data->data, 1, data->size, file) != data->size || fclose(file) != 0)
        abort();
    gnutls_free(data->data);
}

static void read_file(const char *directory, const char *name, const char *suffix, gnutls_datum_t *data)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s.%s", directory, name, suffix);
    if (gnutls_load_file(path, data) < 0)
        abort();
}

void fake_certificate(const char *directory, const char *name, const char *host, long begin_s, long end_s,
                      const char *signer)
{
    gnutls_x509_privkey_t key, signer_key;
    gnutls_x509_crt_t certificate, signer_certificate;
    gnutls_datum_t data;
    time_t now = time(NULL);
    static unsigned char serial;
    serial++;
    gnutls_x509_privkey_init(&key);
    gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0);
    gnutls_x509_crt_init(&certificate);
    gnutls_x509_crt_set_version(certificate, 3);
    gnutls_x509_crt_set_serial(certificate, &serial, 1);
    gnutls_x509_crt_set_dn_by_oid(certificate, GNUTLS_OID_X520_COMMON_NAME, 0, name, (unsigned)strlen(name));
    gnutls_x509_crt_set_activation_time(certificate, now + begin_s);
    gnutls_x509_crt_set_expiration_time(certificate, now + end_s);
    gnutls_x509_crt_set_key(certificate, key);
    if (host)
        gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_DNSNAME, host, (unsigned)strlen(host), GNUTLS_FSAN_SET);
    gnutls_x509_crt_set_basic_constraints(certificate, host ? 0 : 1, -1);
    if (signer) {
        gnutls_x509_privkey_init(&signer_key);
        gnutls_x509_crt_init(&signer_certificate);
        read_file(directory, signer, "key", &data);
        gnutls_x509_privkey_import(signer_key, &data, GNUTLS_X509_FMT_PEM);
        gnutls_free(data.data);
        read_file(directory, signer, "pem", &data);
        gnutls_x509_crt_import(signer_certificate, &data, GNUTLS_X509_FMT_PEM);
        gnutls_free(data.data);
        gnutls_x509_crt_sign2(certificate, signer_certificate, signer_key, GNUTLS_DIG_SHA256, 0);
        gnutls_x509_privkey_deinit(signer_key);
        gnutls_x509_crt_deinit(signer_certificate);
    } else {
        gnutls_x509_crt_sign2(certificate, certificate, key, GNUTLS_DIG_SHA256, 0);
    }
    gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_PEM, &data);
    write_file(directory, name, "pem", &data);
    gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_PEM, &data);
    write_file(directory, name, "key", &data);
    gnutls_x509_crt_deinit(certificate);
    gnutls_x509_privkey_deinit(key);
}
