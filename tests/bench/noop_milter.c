/* noop_milter.c - the milter that ours is measured against: all callbacks, two headers, nothing else
 * SPDX-License-Identifier: MIT
 *
 * usage: noop_milter SOCKET. Negotiates as libmilter does by itself, as most milters do.
 */
#include <libmilter/mfapi.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>

static sfsistat on_connect(SMFICTX *context, char *name, struct sockaddr *address)
{
    (void)context;
    (void)name;
    (void)address;
    return SMFIS_CONTINUE;
}

static sfsistat on_text(SMFICTX *context, char *text)
{
    (void)context;
    (void)text;
    return SMFIS_CONTINUE;
}

static sfsistat on_arguments(SMFICTX *context, char **arguments)
{
    (void)context;
    (void)arguments;
    return SMFIS_CONTINUE;
}

static sfsistat on_header(SMFICTX *context, char *name, char *value)
{
    (void)context;
    (void)name;
    (void)value;
    return SMFIS_CONTINUE;
}

static sfsistat on_step(SMFICTX *context)
{
    (void)context;
    return SMFIS_CONTINUE;
}

static sfsistat on_body(SMFICTX *context, unsigned char *bytes, size_t size)
{
    (void)context;
    (void)bytes;
    (void)size;
    return SMFIS_CONTINUE;
}

static sfsistat on_unknown(SMFICTX *context, const char *command)
{
    (void)context;
    (void)command;
    return SMFIS_CONTINUE;
}

static sfsistat on_end_of_mail(SMFICTX *context)
{
    smfi_addheader(context, (char *)"X-Noop-First", (char *)"one");
    smfi_addheader(context, (char *)"X-Noop-Second", (char *)"two");
    return SMFIS_CONTINUE;
}

int main(int argc, char **argv)
{
    struct smfiDesc callbacks = {
        .xxfi_name = (char *)"noop",
        .xxfi_version = SMFI_VERSION,
        .xxfi_flags = SMFIF_ADDHDRS,
        .xxfi_connect = on_connect,
        .xxfi_helo = on_text,
        .xxfi_envfrom = on_arguments,
        .xxfi_envrcpt = on_arguments,
        .xxfi_header = on_header,
        .xxfi_eoh = on_step,
        .xxfi_body = on_body,
        .xxfi_eom = on_end_of_mail,
        .xxfi_abort = on_step,
        .xxfi_close = on_step,
        .xxfi_unknown = on_unknown,
        .xxfi_data = on_step,
    };
    if (argc != 2)
        return fprintf(stderr, "usage: noop_milter SOCKET\n"), 64;
    umask(0);
    if (smfi_register(callbacks) != MI_SUCCESS || smfi_setconn(argv[1]) != MI_SUCCESS ||
        smfi_opensocket(true) != MI_SUCCESS)
        return 1;
    return smfi_main() == MI_SUCCESS ? 0 : 1;
}
