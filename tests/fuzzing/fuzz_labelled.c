/* fuzz_labelled.c - any bytes are a file of labelled texts, CSV or JSON lines: rows, or one line of error
 * SPDX-License-Identifier: MIT
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ctl/labelled.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct rules *rules;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    const char *folder = getenv("REDRESS_PACKS");
    char english[4096];
    snprintf(english, sizeof english, "%s/en.json", folder ? folder : "rules/packs");
    const char *packs[] = { english };
    struct error error;
    rules = rules_load(packs, 1, NULL, &error);
    if (!rules) {
        fprintf(stderr, "%s\n", error.text);
        abort();
    }
    return 0;
}

static int check(const struct labelled *row, void *argument, struct error *error)
{
    size_t *rows = argument;
    (void)error;
    if (!row->subject || !row->language || (!row->text && !row->imprint))
        abort();
    if (row->complaint < -1 || row->complaint > 1 || row->urgency < -1 || row->urgency > URGENCY_CRITICAL)
        abort();
    if (strlen(row->subject) > LABELLED_ROW_MAX || (row->text && strlen(row->text) > LABELLED_ROW_MAX))
        abort();
    (*rows)++;
    return 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error error = { 0 };
    size_t rows = 0;
    char path[64];
    int file = memfd_create("labelled", 0);
    if (file < 0 || write(file, data, size) != (ssize_t)size)
        abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    int result = labelled_read(path, rules, check, &rows, &error);
    if (rows > size || (result < 0 && (error.text[0] == '\0' || strpbrk(error.text, "\r\n"))))
        abort();
    close(file);
    return 0;
}
