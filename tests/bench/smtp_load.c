/* smtp_load.c - sends many different mails over N connections and tells how long the server took
 * SPDX-License-Identifier: MIT
 *
 * usage: smtp_load PORT CONNECTIONS COUNT MAILS-PER-CONNECTION RECIPIENT TAG FILE…
 *
 * Each FILE is a mail with CRLF line ends and no line that begins with a dot.
 * PLACEHOLDER in it is replaced by something unique, so that no two mails are
 * the same one. Prints one JSON object; exit status 1 when a mail was refused.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PLACEHOLDER "@@UNIQUE@PLACEHOLDER@@"
enum { PLACEHOLDER_SIZE = sizeof PLACEHOLDER - 1, REPLY_SIZE = 4096 };

enum stage { GREETING, HELLO, SENDER, RECIPIENT, DATA, DOT, BYE };

struct mail {
    char *bytes;
    size_t size;
};

struct connection {
    int descriptor;
    enum stage stage;
    char *out;
    size_t out_size, out_done;
    char reply[REPLY_SIZE];
    size_t reply_size;
    int sent_here, number;
    double mail_began, dot_sent;
};

static struct load {
    int port, connections, count, each;
    const char *recipient, *tag;
    struct mail *mails;
    size_t mail_count;
    int started, finished, refused;
    double *dot_ms, *mail_ms;
} load;

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void die(const char *what)
{
    fprintf(stderr, "smtp_load: %s: %s\n", what, strerror(errno));
    exit(2);
}

static struct mail read_mail(const char *path)
{
    struct stat status;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0 || fstat(descriptor, &status) != 0)
        die(path);
    struct mail mail = { .bytes = malloc((size_t)status.st_size + 4), .size = (size_t)status.st_size };
    if (!mail.bytes || read(descriptor, mail.bytes, mail.size) != (ssize_t)mail.size)
        die(path);
    close(descriptor);
    memcpy(mail.bytes + mail.size, ".\r\n", 3);
    mail.size += 3;
    return mail;
}

static void set_out(struct connection *connection, const void *bytes, size_t size)
{
    free(connection->out);
    connection->out = malloc(size);
    if (!connection->out)
        die("memory");
    memcpy(connection->out, bytes, size);
    connection->out_size = size;
    connection->out_done = 0;
}

static void say(struct connection *connection, enum stage stage, const char *text)
{
    connection->stage = stage;
    set_out(connection, text, strlen(text));
}

static void open_connection(struct connection *connection)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)load.port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    free(connection->out);
    *connection = (struct connection){ .descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0) };
    int yes = 1;
    if (connection->descriptor < 0)
        die("socket");
    setsockopt(connection->descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (connect(connection->descriptor, (struct sockaddr *)&address, sizeof address) != 0 && errno != EINPROGRESS)
        die("connect");
}

static void close_connection(struct connection *connection)
{
    close(connection->descriptor);
    connection->descriptor = -1;
    if (load.started < load.count)
        open_connection(connection);
}

static void begin_mail(struct connection *connection)
{
    if (load.started == load.count || connection->sent_here == load.each) {
        say(connection, BYE, "QUIT\r\n");
        return;
    }
    connection->number = ++load.started;
    connection->sent_here++;
    connection->mail_began = now_ms();
    char text[256];
    snprintf(text, sizeof text, "MAIL FROM:<customer-%s-%d@customer.test>\r\n", load.tag, connection->number);
    say(connection, SENDER, text);
}

static void send_mail(struct connection *connection)
{
    const struct mail *mail = &load.mails[(size_t)connection->number % load.mail_count];
    set_out(connection, mail->bytes, mail->size);
    char unique[64];
    snprintf(unique, sizeof unique, "%.8s-%09d-%.10s", load.tag, connection->number, "0123456789");
    for (char *place = connection->out, *end = place + mail->size;
         (place = memmem(place, (size_t)(end - place), PLACEHOLDER, PLACEHOLDER_SIZE)); place += PLACEHOLDER_SIZE) {
        memset(place, '0', PLACEHOLDER_SIZE);
        memcpy(place, unique, strlen(unique) < PLACEHOLDER_SIZE ? strlen(unique) : PLACEHOLDER_SIZE);
    }
    connection->stage = DOT;
}

static void finish_mail(struct connection *connection, bool accepted)
{
    double now = now_ms();
    if (accepted) {
        load.dot_ms[load.finished] = now - connection->dot_sent;
        load.mail_ms[load.finished] = now - connection->mail_began;
        load.finished++;
    } else {
        load.refused++;
        fprintf(stderr, "smtp_load: refused: %.200s\n", connection->reply);
    }
}

/* One whole reply has been read. */
static void take_reply(struct connection *connection)
{
    char text[256];
    bool good = connection->reply[0] == '2' || connection->reply[0] == '3';
    if (!good && connection->stage != BYE) {
        if (connection->stage > HELLO)
            finish_mail(connection, false);
        else
            load.refused++, load.started++;
        close_connection(connection);
        return;
    }
    switch (connection->stage) {
    case GREETING:
        say(connection, HELLO, "EHLO client.customer.test\r\n");
        break;
    case HELLO:
        begin_mail(connection);
        break;
    case SENDER:
        snprintf(text, sizeof text, "RCPT TO:<%s>\r\n", load.recipient);
        say(connection, RECIPIENT, text);
        break;
    case RECIPIENT:
        say(connection, DATA, "DATA\r\n");
        break;
    case DATA:
        send_mail(connection);
        break;
    case DOT:
        finish_mail(connection, true);
        begin_mail(connection);
        break;
    case BYE:
        close_connection(connection);
        break;
    }
}

static void write_some(struct connection *connection)
{
    ssize_t wrote = write(connection->descriptor, connection->out + connection->out_done,
                          connection->out_size - connection->out_done);
    if (wrote < 0 && errno != EAGAIN && errno != EINTR)
        die("write");
    if (wrote > 0)
        connection->out_done += (size_t)wrote;
    if (connection->stage == DOT && connection->out_done == connection->out_size)
        connection->dot_sent = now_ms();
}

/* The last line of a reply has a space behind its code. */
static bool is_whole(const struct connection *connection)
{
    const char *text = connection->reply;
    size_t size = connection->reply_size;
    if (size < 5 || text[size - 1] != '\n')
        return false;
    size_t start = size - 1;
    while (start > 0 && text[start - 1] != '\n')
        start--;
    return size - start > 4 && text[start + 3] == ' ';
}

static void read_some(struct connection *connection)
{
    ssize_t got = read(connection->descriptor, connection->reply + connection->reply_size,
                       REPLY_SIZE - 1 - connection->reply_size);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got <= 0) {
        if (connection->stage != BYE)
            die("the server hung up");
        close_connection(connection);
        return;
    }
    connection->reply_size += (size_t)got;
    connection->reply[connection->reply_size] = '\0';
    if (is_whole(connection)) {
        take_reply(connection);
        connection->reply_size = 0;
    }
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void print_times(const char *name, double *times)
{
    int n = load.finished;
    qsort(times, (size_t)n, sizeof *times, compare);
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += times[i];
    printf(",\"%s\":{\"mean\":%.3f,\"p50\":%.3f,\"p95\":%.3f,\"p99\":%.3f,\"max\":%.3f}", name, n ? sum / n : 0,
           n ? times[n / 2] : 0, n ? times[n * 95 / 100] : 0, n ? times[n * 99 / 100] : 0, n ? times[n - 1] : 0);
}

static void run(struct connection *connections, struct pollfd *items)
{
    for (int i = 0; i < load.connections; i++)
        open_connection(&connections[i]);
    while (load.finished + load.refused < load.count) {
        for (int i = 0; i < load.connections; i++) {
            bool writing = connections[i].out_done < connections[i].out_size;
            items[i] = (struct pollfd){ .fd = connections[i].descriptor,
                                        .events = (short)(POLLIN | (writing ? POLLOUT : 0)) };
        }
        if (poll(items, (nfds_t)load.connections, 30000) <= 0)
            die("no answer for 30 s");
        for (int i = 0; i < load.connections; i++) {
            if (items[i].revents & POLLOUT)
                write_some(&connections[i]);
            if (items[i].revents & (POLLIN | POLLHUP | POLLERR))
                read_some(&connections[i]);
        }
    }
}

int main(int argc, char **argv)
{
    if (argc < 8)
        return fprintf(stderr, "usage: smtp_load PORT CONNECTIONS COUNT MAILS-PER-CONNECTION RECIPIENT TAG FILE...\n"), 64;
    load.port = (int)strtol(argv[1], NULL, 10);
    load.connections = (int)strtol(argv[2], NULL, 10);
    load.count = (int)strtol(argv[3], NULL, 10);
    load.each = (int)strtol(argv[4], NULL, 10);
    load.recipient = argv[5];
    load.tag = argv[6];
    load.mail_count = (size_t)argc - 7;
    if (load.connections < 1 || load.count < 1 || load.each < 1)
        return fprintf(stderr, "smtp_load: numbers must be at least 1\n"), 64;
    load.mails = calloc(load.mail_count, sizeof *load.mails);
    load.dot_ms = calloc((size_t)load.count, sizeof *load.dot_ms);
    load.mail_ms = calloc((size_t)load.count, sizeof *load.mail_ms);
    struct connection *connections = calloc((size_t)load.connections, sizeof *connections);
    struct pollfd *items = calloc((size_t)load.connections, sizeof *items);
    if (!load.mails || !load.dot_ms || !load.mail_ms || !connections || !items)
        die("memory");
    for (size_t i = 0; i < load.mail_count; i++)
        load.mails[i] = read_mail(argv[7 + i]);
    double began = now_ms();
    run(connections, items);
    double took = now_ms() - began;
    printf("{\"mails\":%d,\"refused\":%d,\"seconds\":%.4f", load.finished, load.refused, took / 1e3);
    print_times("dot_ms", load.dot_ms);
    print_times("mail_ms", load.mail_ms);
    printf("}\n");
    return load.refused ? 1 : 0;
}
